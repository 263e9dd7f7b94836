/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a document by which its kind is recognised. */
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

/* What the outermost members of a document show.  Zero it before use. */
struct capgate_marks {
	bool has[CAPGATE_MARKS];  /* by capgate_mark */
	struct capgate_text kind; /* the kind of a Kubernetes object; may be empty */
	struct capgate_text id, bundle;
	bool process;              /* some reader would read it as a specification */
	struct capgate_span inner; /* the specification that it contains; len 0 if there is none */
	/* The number of members, at any depth, that describe containers of Kubernetes. */
	size_t workloads;
};

/* Notes a member. parent is empty for an outermost one. */
void capgate_marks_see(struct capgate_marks *marks, struct capgate_text parent,
		       struct capgate_text key, const struct capgate_json_event *value);
/* Notes a member at any depth. */
void capgate_marks_see_any(struct capgate_marks *marks, struct capgate_text key,
			   const struct capgate_json_event *value);
/* How many of those its reader should find; 0 for kinds that only mention containers, like
 * policies. */
size_t capgate_marks_workloads(const struct capgate_marks *marks);

#endif
