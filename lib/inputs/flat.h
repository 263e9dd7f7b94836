/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader for documents in which each container is one object.  A table of shapes maps its
 * members to the fields of request.h.
 */
#ifndef CAPGATE_FLAT_H
#define CAPGATE_FLAT_H

#include "request.h"

#define STRINGS(f) SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .each = STRING(f))
/* A list of capabilities with its place: REQUEST_CAP_ADD or _DROP. */
#define CAPS(f) \
	SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, \
	      .field = (f) == REQUEST_CAP_ADD ? REQUEST_CAP_ADD_LIST : REQUEST_CAP_DROP_LIST, \
	      .each = STRING(f))
#define MAYBE_STRING(f) SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_NULL, .field = (f))
#define BOOL(f) SHAPE(.types = CAPGATE_T_BOOL | CAPGATE_T_NULL, .field = (f))
#define NUMBER(f) SHAPE(.types = CAPGATE_T_NUMBER | CAPGATE_T_NULL, .field = (f))
#define MAYBE(...) SHAPE(.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL, __VA_ARGS__)
#define LIST(...) SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .each = __VA_ARGS__)

/* A kind of document. */
struct capgate_flat {
	struct capgate_inspected seen; /* engine, thing, how, dialect */
	const struct capgate_shape *shape;
	void (*resolve)(struct capgate_request *r);
	bool docker_sysctls;
	bool named_by_key; /* the container's name is the key of the member */
	bool comments;     /* comments are allowed */
	/* Reads a value of the kind's own fields; NULL if it has none.  Fails only with
	 * CAPGATE_ENOMEM. */
	int (*own)(struct capgate_request *r, int field, const struct capgate_json_event *event);
	/* Returns why a container is not judged, before it is resolved; or NULL.  May be NULL. */
	const char *(*untold)(struct capgate_request *r, enum capgate_rule *rule);
	/* The reason to report if the document refers to more containers elsewhere
	 * (REQUEST_EXTENDED outside of a container). */
	const char *elsewhere;
};

/* A document that kinds.c recognises. */
struct capgate_document {
	struct capgate_text text; /* its own bytes */
	size_t base;              /* where they begin in the whole text */
	size_t workloads;         /* see capgate_marks */
	bool relaxed;             /* commas before closing brackets were removed */
};

/* Appends the containers of the document; there may be none. */
int capgate_flat_read(const struct capgate_document *document, const struct capgate_flat *kind,
		      struct capgate_arena *arena, struct capgate_requests *list,
		      struct capgate_error *err) CAPGATE_MUST;

#endif
