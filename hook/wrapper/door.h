/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper's state while it handles one door. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include "capgate.h"
#include "hook/log/log.h"
#include "hook/marks/marks.h"
#include "argv.h"
#include "child.h"
#include "config.h"

struct runtime {
	const struct runtime_call *call;
	const struct runtime_program *program;
	struct capgate_policy policy;
	struct log log;
	struct capgate_arena arena; /* for the command line */
	struct runtime_change change;
	struct judge_answer answer;
	enum log_ceiling ceiling;
	const char *learn; /* whether it is recorded, as in struct log_entry */
	struct marking mark;
	capgate_set taken; /* removed by the ceiling */
	char bundle[4096];  /* absolute; may be empty */
	char sealed[64];    /* the process object, or crun's configuration */
	char root[4096];    /* exec: the directory of the container's state */
};

/* Judges, and prepares the changed command line in r->change.  Negative: the runtime must not be
 * executed, and *err says why.  If the policy refuses, the result is 0 and r->answer has the
 * refusal. */
int runtime_start(struct runtime *r, struct capgate_error *err) CAPGATE_MUST;
int runtime_exec(struct runtime *r, struct capgate_error *err) CAPGATE_MUST;

/* Can the decision change or refuse a container?  Not in audit mode. */
static inline bool runtime_enforces(const struct runtime *r)
{
	return r->policy.mode == CAPGATE_ENFORCE;
}

#endif
