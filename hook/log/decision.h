/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decision as plain bytes: without pointers, so that a confined child can write it to a
 * pipe, and with a limit for every part, so that it can be logged.
 */
#ifndef DECISION_H
#define DECISION_H

#include "capgate.h"
#include "hook/engines/engines.h"

#define DECISION_RULES 16
#define DECISION_EXEMPTIONS 8
#define DECISION_ID 64
#define DECISION_WHY 160

struct decision {
	enum capgate_verdict verdict; /* zero refuses */
	enum identity engine;	      /* the engine of the container, as far as known */
	int status;		      /* exit status of a hook that refuses */
	enum capgate_rule rules[DECISION_RULES]; /* the gravest first, each once */
	size_t n_rules;
	capgate_set removed[CAPGATE_NSETS]; /* by the rewrite, or refused, by set */
	bool absent;			    /* capabilities were absent: counted as all */
	char exemptions[DECISION_EXEMPTIONS][DECISION_ID]; /* ids that applied, NUL-ended */
	size_t n_exemptions;
	char sysctls[CAPGATE_SUBSTITUTES][DECISION_ID]; /* "name=value" that the rewrite sets */
	size_t n_sysctls;
	char withheld[CAPGATE_SUBSTITUTES][DECISION_WHY]; /* "name: why it is not set" */
	size_t n_withheld;
	bool partly_confined;		    /* it was parsed without a part of the confinement */
	char reason[1024]; /* the sentence; NUL-ended, UTF-8, no control characters */
};

/* Makes the decision from a report.  spec and policy are those of the report. */
void decision_make(const struct capgate_report *report, const struct capgate_spec *spec,
		   const struct capgate_policy *policy, struct decision *ret);

#endif
