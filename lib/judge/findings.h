/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting findings: judge.c those that decide, notes.c those that do not. */
#ifndef CAPGATE_FINDINGS_H
#define CAPGATE_FINDINGS_H

#include "capgate.h"

struct capgate_findings {
	struct capgate_arena *arena;
	struct capgate_finding *v;
	size_t n, room, left_out;
};

/* Beyond CAPGATE_FINDINGS_MAX they are counted.  Fails only for memory. */
int capgate_findings_add(struct capgate_findings *findings,
			 struct capgate_finding finding) CAPGATE_MUST;

/* One that is about no set and no capability: the place, and the name or value there. */
int capgate_findings_add_about(struct capgate_findings *findings, enum capgate_rule rule,
			       struct capgate_span at, struct capgate_text subject) CAPGATE_MUST;

/* What is worth knowing about a specification whatever its capabilities. */
int capgate_notes(const struct capgate_spec *spec, const struct capgate_report *report,
		  struct capgate_findings *findings) CAPGATE_MUST;

#endif
