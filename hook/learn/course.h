/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of a container from its start to its end: it becomes ready, does its work,
 * reloads, is left alone for a while, and stops.
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
	const char *exercise; /* a command that makes it work; or NULL */
	const char *reload;   /* "auto", "no", or a command */
	int hold, timeout;    /* milliseconds */
	unsigned kilobytes;   /* of the trace's buffer, for each processor */
	enum tracing_backend backend;
};

/* What a run was like; of the full run it is the measure of others. */
struct passage {
	enum outcome outcome;
	char why[PLAN_WHY];
	int ready, ended; /* milliseconds until it was ready; until it had ended after the signal */
	int status;       /* how it ended */
	bool reloads;     /* it has a handler for SIGHUP, and lived on */
	struct creds creds;
	bool traced, by_bpf;
	bool untraceable; /* err says why; the outcome is ABORTED */
	struct trace_table trace;
	uint64_t lost; /* events */
	int root;      /* of the container, O_PATH, when .keep_root; else -1 */
	struct capgate_error err;
};

struct course_try {
	const struct course *course;
	struct subject *subject;
	capgate_set keep;
	bool trace;
	bool keep_root;
	const struct passage *full; /* the measure; NULL: this is the full run */
	int patience;               /* 1 and more: how long to wait */
};

/* Interrupted, or without the means to trace: OUTCOME_ABORTED.  Nothing is left of it. */
void course_run(const struct course_try *run, struct passage *ret);

#endif
