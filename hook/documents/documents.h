/* SPDX-License-Identifier: Apache-2.0 */
/* Reads documents that describe containers: JSON, YAML or units.  Runs confined. */
#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include "yaml.h"

struct documents {
	struct capgate_inspected *v; /* with places in the text that was read */
	size_t n;
	bool is_yaml;
	struct yaml_text yaml;
	/* private: memory for YAML, which needs more than the length of its text suggests */
	struct capgate_arena nodes, results;
	struct capgate_inspected only; /* what v is, when nothing was read */
};

/*
 * Recognises and reads the text.  arena: enough for a text of its length; what comes out
 * lives in it, or in memory of ret's own, until documents_release(), which is called
 * whatever this returns.  limit: bytes of text, aliases followed.  Errors as of
 * capgate_inspect_parse(), with places in text.
 */
int documents_read(struct capgate_text text, size_t limit, struct capgate_arena *arena,
		   struct documents *ret, struct capgate_error *err) CAPGATE_MUST;
void documents_release(struct documents *documents);

/* If files next to path change the document (drop-ins of a unit, the override of a compose
 * file), its containers get the rule NOT_TOLD. */
void documents_beside(const char *path, struct capgate_inspected *v, size_t n);

/* Makes the report of a container that is not judged, from its rule. */
struct capgate_report documents_untold(const struct capgate_inspected *one);
/* "docker container web (nginx), resolved against ...": which one, and how its sets are
 * known.  A view into buf. */
#define DOCUMENTS_PART 1024
struct capgate_text documents_part(const struct capgate_inspected *one, char buf[DOCUMENTS_PART]);
/* Judges one that can be, as if it were made now: in *policy, its scene is set.  The
 * places of findings become those in the document. */
void documents_judge(const struct capgate_inspected *one, struct capgate_policy *policy,
		     struct capgate_arena *arena, struct capgate_spec *spec,
		     struct capgate_report *report);
/* Is a report of one of these two functions a judgement? */
bool documents_judged(const struct capgate_inspected *one, const struct capgate_report *report);

/* What documents_each() passes on, once for a specification, once for each container. */
struct documents_view {
	const struct capgate_inspected *one; /* NULL: the text is a specification, or was to be */
	const struct capgate_policy *policy;
	struct capgate_spec *spec;
	struct capgate_report *report;
};

/* Judges the text, which was read from path, as a specification, or else each container that it
 * describes.  each returns negative to stop.  0, or that; *all: every one could be judged. */
int documents_each(const char *path, struct capgate_text text, const struct capgate_policy *policy,
		   struct capgate_arena *arena,
		   int (*each)(void *user, const struct documents_view *view), void *user,
		   bool *all) CAPGATE_MUST;

#endif
