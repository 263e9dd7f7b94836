/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which capabilities are needed, by trying without them.  Pure, but for what try() does.
 *
 * A trace alone is never right: most of what is asked for is not needed.  So the smallest
 * set is tried first, then what the trace says was used; from that each is left out, the
 * most dangerous first.  What fails without one fails with less, too: what is left at the
 * end can spare nothing.
 */
#ifndef LEARN_PLAN_H
#define LEARN_PLAN_H

#include "capgate.h"

enum outcome {
	OUTCOME_PASSED,
	OUTCOME_FAILED,    /* it does not do its work */
	OUTCOME_PRIVILEGE, /* it does, but a process keeps more than in the full run */
	OUTCOME_ABORTED,   /* no outcome: interrupted, or the machine failed */
};

enum verdict {
	VERDICT_UNNEEDED,  /* never asked for */
	VERDICT_SURVIVED,  /* asked for, and a run without it passed */
	VERDICT_NEEDED,    /* a run without it failed */
	VERDICT_PRIVILEGE, /* a run without it kept more privilege */
	VERDICT_FILE,      /* a file with capabilities is not executed without it */
	VERDICT_UNPROVED,  /* kept: the runs were interrupted */
	NVERDICTS
};

#define PLAN_WHY 320

struct plan {
	capgate_set full;  /* the container's set */
	capgate_set asked; /* of it, by the trace; all when there is none */
	capgate_set used;  /* by the trace; see trace_table_used() */
	capgate_set files; /* that executed files need */
	/* Runs the container with this set.  why: what failed. */
	enum outcome (*try)(void *user, capgate_set keep, char why[PLAN_WHY]);
	void *user;
};

struct learned {
	capgate_set keep;                    /* passed, and can spare nothing */
	enum verdict verdict[CAPGATE_NCAPS]; /* of those of the full set */
	char why[CAPGATE_NCAPS][PLAN_WHY];   /* how the run without it failed */
	bool trace_failed; /* what the trace saw failed: each was tried from the full set */
	char trace_why[PLAN_WHY];
	bool finished; /* false: the runs were aborted, and keep is the least that passed */
};

void plan_run(const struct plan *plan, struct learned *ret);

/* How many runs it takes at most when none has to be repeated; for the progress. */
size_t plan_runs(const struct plan *plan);

#endif
