/* SPDX-License-Identifier: Apache-2.0 */
/* Which members a document has: by them its kind is recognised. */
#ifndef CAPGATE_MARKS_H
#define CAPGATE_MARKS_H

#include "lib/json/json.h"

/* The names of members.def. */
enum capgate_mark {
	CAPGATE_M_NONE, /* ends a list of them */
#define MEMBER(symbol, name) CAPGATE_M_##symbol,
#include "members.def"
#undef MEMBER
	CAPGATE_MARKS
};

/* What a document's outermost members tell of it; zeroed to begin with. */
struct capgate_marks {
	bool has[CAPGATE_MARKS];  /* by capgate_mark */
	struct capgate_text kind; /* of Kubernetes; may be empty */
	struct capgate_text id, bundle;
	bool process;              /* it is a specification, to some reader */
	struct capgate_span inner; /* the specification that it holds; len 0: none */
	/* Members, at any depth, in which containers of Kubernetes are described. */
	size_t workloads;
};

/* The member at that path, whose parent is empty for an outermost one: notes it. */
void capgate_marks_see(struct capgate_marks *marks, struct capgate_text parent,
		       struct capgate_text key, const struct capgate_json_event *value);
/* A member at any depth. */
void capgate_marks_see_any(struct capgate_marks *marks, struct capgate_text key,
			   const struct capgate_json_event *value);
/* How many of those a reader of it should find; of kinds that only speak of others'
 * containers, as policies do, 0. */
size_t capgate_marks_workloads(const struct capgate_marks *marks);

#endif
