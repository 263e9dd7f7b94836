/* SPDX-License-Identifier: Apache-2.0 */
/* Collects findings: from judge.c those that decide the verdict, from notes.c the others. */
#ifndef CAPGATE_FINDINGS_H
#define CAPGATE_FINDINGS_H

#include "capgate.h"

struct capgate_findings {
	struct capgate_arena *arena;
	struct capgate_finding *v;
	size_t n, room, left_out;
};

/* Adds a finding.  Those beyond CAPGATE_FINDINGS_MAX are only counted.  Fails only for memory. */
int capgate_findings_add(struct capgate_findings *findings,
			 struct capgate_finding finding) CAPGATE_MUST;

/* Adds a finding about no set and no capability, but about the name or value at a place. */
int capgate_findings_add_about(struct capgate_findings *findings, enum capgate_rule rule,
			       struct capgate_span at, struct capgate_text subject) CAPGATE_MUST;

/* Adds notes about a specification that do not depend on its capabilities. */
int capgate_notes(const struct capgate_spec *spec, const struct capgate_report *report,
		  struct capgate_findings *findings) CAPGATE_MUST;

#endif
