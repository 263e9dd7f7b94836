/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds out which capabilities are needed, by trying without them.  Pure, except for what try()
 * does.
 *
 * The trace alone is not an answer, because programs do not need most of what they ask for.  So
 * the empty set is tried first, then the set that the trace saw in use.  From that set each
 * capability is left out, the most dangerous first.  A run that fails without a capability also
 * fails with fewer, so at the end every capability that is left is needed.
 */
#ifndef LEARN_PLAN_H
#define LEARN_PLAN_H

#include "capgate.h"

enum outcome {
	OUTCOME_PASSED,
	OUTCOME_FAILED,    /* it does not do its work */
	OUTCOME_PRIVILEGE, /* it works, but a process has more privilege than in the full run */
	OUTCOME_UNKNOWN,   /* it works, but its trace is incomplete: it may have more privilege */
	OUTCOME_ABORTED,   /* no outcome: interrupted, or the machine failed */
};

enum verdict {
	VERDICT_UNNEEDED,  /* never asked for */
	VERDICT_SURVIVED,  /* asked for, and a run without it passed */
	VERDICT_NEEDED,    /* a run without it failed */
	VERDICT_PRIVILEGE, /* a run without it kept more privilege */
	VERDICT_FILE,      /* a file with capabilities cannot be executed without it */
	VERDICT_UNPROVED,  /* kept: the runs were interrupted, or their outcome is unknown */
	NVERDICTS
};

#define PLAN_WHY 320

struct plan {
	capgate_set full;  /* the container's set */
	capgate_set asked; /* of full, by the trace; all of full if there is no trace */
	capgate_set used;  /* in use by the trace; see trace_table_used() */
	capgate_set files; /* needed by executed files */
	/* Runs the container with this set. why becomes the reason of a failure. */
	enum outcome (*try)(void *user, capgate_set keep, char why[PLAN_WHY]);
	void *user;
};

struct learned {
	capgate_set keep;                    /* the result */
	enum verdict verdict[CAPGATE_NCAPS]; /* for each capability of the full set */
	char why[CAPGATE_NCAPS][PLAN_WHY];   /* how the run without it failed */
	bool trace_failed; /* the set that the trace saw failed, so each was left out of the full
			    * set */
	char trace_why[PLAN_WHY];
	bool finished; /* false: runs were aborted or their outcome is unknown; then keep is the
			* smallest set that passed */
};

void plan_run(const struct plan *plan, struct learned *ret);

/* The maximal number of runs without repetitions, for the display of progress. */
size_t plan_runs(const struct plan *plan);

#endif
