/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One reader for the documents in which a container is one object, with members that
 * a table of shapes names by the fields of request.h.
 */
#ifndef CAPGATE_FLAT_H
#define CAPGATE_FLAT_H

#include "request.h"

#define STRINGS(f) SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .each = STRING(f))
/* A list of capabilities, with its own place: REQUEST_CAP_ADD or _DROP. */
#define CAPS(f) \
	SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, \
	      .field = (f) == REQUEST_CAP_ADD ? REQUEST_CAP_ADD_LIST : REQUEST_CAP_DROP_LIST, \
	      .each = STRING(f))
#define MAYBE_STRING(f) SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_NULL, .field = (f))
#define BOOL(f) SHAPE(.types = CAPGATE_T_BOOL | CAPGATE_T_NULL, .field = (f))
#define NUMBER(f) SHAPE(.types = CAPGATE_T_NUMBER | CAPGATE_T_NULL, .field = (f))
#define MAYBE(...) SHAPE(.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL, __VA_ARGS__)
#define LIST(...) SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .each = __VA_ARGS__)

/* What one kind of document has in common. */
struct capgate_flat {
	struct capgate_inspected seen; /* engine, thing, how, dialect */
	const struct capgate_shape *shape;
	void (*resolve)(struct capgate_request *r);
	bool docker_sysctls;
	bool named_by_key; /* the container's name is the member's */
	bool comments;     /* people write them there */
	/* A value of the kind's own fields.  NULL: it has none.  CAPGATE_ENOMEM. */
	int (*own)(struct capgate_request *r, int field, const struct capgate_json_event *event);
	/* Before a container is resolved: why it is not judged, or NULL.  May be NULL. */
	const char *(*untold)(struct capgate_request *r, enum capgate_rule *rule);
	/* Why there is more than the document's own containers, if it says so of itself
	 * (REQUEST_EXTENDED outside of them). */
	const char *elsewhere;
};

/* One document, as it is recognised in kinds.c. */
struct capgate_document {
	struct capgate_text text; /* its own bytes */
	size_t base;              /* where they begin in the whole text */
	size_t workloads;         /* as capgate_marks */
	bool relaxed;             /* commas before closing brackets were taken out of it */
};

/* Appends the containers of the document, which may be none. */
int capgate_flat_read(const struct capgate_document *document, const struct capgate_flat *kind,
		      struct capgate_arena *arena, struct capgate_requests *list,
		      struct capgate_error *err) CAPGATE_MUST;

#endif
