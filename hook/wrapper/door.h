/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper at work on one door. */
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
	struct capgate_arena arena; /* of the command line */
	struct runtime_change change;
	struct judge_answer answer;
	enum log_ceiling ceiling;
	const char *learn; /* what became of the mark, as in struct log_entry */
	struct marking mark;
	capgate_set taken; /* by the ceiling */
	char bundle[4096];  /* absolute; may be empty */
	char sealed[64];    /* the process object, or crun's configuration */
	char root[4096];    /* where exec's container is remembered */
};

/* Judge, and prepare what goes on in r->change.  Negative: it must not go on,
 * and *err says why; a refusal by the policy is in r->answer instead, with 0. */
int runtime_start(struct runtime *r, struct capgate_error *err) CAPGATE_MUST;
int runtime_exec(struct runtime *r, struct capgate_error *err) CAPGATE_MUST;

/* Does the decision change or stop anything?  Not in audit mode. */
static inline bool runtime_enforces(const struct runtime *r)
{
	return r->policy.mode == CAPGATE_ENFORCE;
}

#endif
