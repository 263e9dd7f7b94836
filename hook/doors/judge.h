/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The straight line that every door shares:
 *
 *   text -> judge -+- PASS    -> same bytes
 *                  +- STRIP   -> rewrite, judge again, must pass -> new bytes
 *                  +- REFUSE  -> reasons, nothing out, exit 10..12
 */
#ifndef DOORS_JUDGE_H
#define DOORS_JUDGE_H

#include "capgate.h"
#include "hook/engines/engines.h"
#include "hook/log/log.h"
#include "hook/sys/sys.h"

struct marking;

struct run_input {
	const char *stage;	    /* "precreate": for the log */
	struct capgate_text text;   /* the specification */
	enum capgate_kind kind;
	struct capgate_policy *policy; /* its scene has the bundle; run_judge() adds the image */
	struct log *log;	    /* open; NULL: nothing is logged */
	struct capgate_text id;	    /* of the container; empty: found in the text */
	struct image_stores stores; /* image_stores_find() */
	const struct netns_known *networks; /* netns_learn() of the text */
	bool can_rewrite;	    /* the door can pass on other bytes */
	struct marking *mark;	    /* if the policy records and this door can mark; or NULL */
	bool dry_run;		    /* decide and report, but change nothing */
};

struct run_result {
	int status;		  /* exit status */
	bool changed;		  /* out differs from the input */
	struct capgate_text out;  /* what to pass on; empty if refused */
	struct capgate_spec spec;
	struct capgate_report report;
	struct decision decision;
	const char *learn; /* the result of marking; NULL if that was not needed */
};

/* Judges, rewrites if the door can, and logs.  Explains a refusal on stderr; writes nothing
 * else.  A zeroed result is a refusal. */
void run_judge(struct run_input *in, struct capgate_arena *arena, struct run_result *ret);

#endif
