/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of a container from start to end: it becomes ready, does its work, reloads, is
 * watched for a while, and stops.
 */
#ifndef LEARN_COURSE_H
#define LEARN_COURSE_H

#include "hook/trace/trace.h"
#include "creds.h"
#include "plan.h"
#include "subject.h"
#include "tracing.h"

struct course {
	const char *check;    /* a command that succeeds when the container works; NULL: the
				 container ends by itself, with status 0 */
	const char *exercise; /* a command that gives it work; or NULL */
	const char *reload;   /* "auto", "no", or a command */
	int hold, timeout;    /* milliseconds */
	unsigned kilobytes;   /* of the trace's buffer, for each processor */
	enum tracing_backend backend;
};

/* What happened in a run.  Other runs are compared with the full run. */
struct passage {
	enum outcome outcome;
	char why[PLAN_WHY];
	int ready, ended; /* milliseconds until it was ready; from the stop signal until it ended */
	int status;       /* how it ended */
	bool reloads;     /* it handles SIGHUP and survives it */
	struct creds creds;
	unsigned low_port; /* of the full run: see ports_lowest() */
	bool traced, by_bpf;
	bool untraceable; /* err says why; the outcome is ABORTED */
	struct trace_table trace;
	uint64_t lost; /* events */
	int root;      /* the root directory, O_PATH, if .keep_root; else -1 */
	struct capgate_error err;
};

struct course_try {
	const struct course *course;
	struct subject *subject;
	capgate_set keep;
	bool trace;
	bool keep_root;
	const struct passage *full; /* to compare with; NULL: this is the full run */
	int patience;               /* factor for time limits, at least 1 */
};

/* Makes one run, and removes the container.  The outcome is OUTCOME_ABORTED if we are
 * interrupted or cannot trace. */
void course_run(const struct course_try *run, struct passage *ret);

/* Runs the check while there is no container.  Returns its status, or -1 if it took long; said:
 * its last line. */
int course_check_alone(const struct course *course, struct subject *subject, char *said,
		       size_t size);

#endif
