/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The straight line that every door shares:
 *
 *   text -> judge -+- PASS    -> same bytes
 *                  +- STRIP   -> rewrite, judge again, must pass -> new bytes
 *                  +- REFUSE  -> reasons, nothing out, exit 10..12
 */
#ifndef RUN_H
#define RUN_H

#include "capgate.h"
#include "hook/engines/engines.h"
#include "hook/log/log.h"
#include "hook/sys/sys.h"

struct marking;

struct run_input {
	const char *stage;	    /* "precreate": for the log */
	struct capgate_text text;   /* the specification */
	enum capgate_kind kind;
	struct capgate_policy *policy; /* its scene says which bundle; the image is filled in */
	struct log *log;	    /* open; NULL: nothing is logged */
	struct capgate_text id;	    /* of the container; empty: found in the text */
	struct image_stores stores; /* image_stores_find() */
	const struct netns_known *networks; /* netns_learn() of the text */
	bool can_rewrite;	    /* the door can pass on other bytes */
	struct marking *mark;	    /* where the policy records, and this door can mark; or NULL */
	bool dry_run;		    /* decide and tell, change nothing */
};

struct run_result {
	int status;		  /* exit status */
	bool changed;		  /* out is not the text that came in */
	struct capgate_text out;  /* what may go on; empty when refused */
	struct capgate_spec spec;
	struct capgate_report report;
	struct decision decision;
	const char *learn; /* what became of the mark; NULL: no question of it */
};

/* Judge and, where the door can, rewrite; log.  Tells the user why on stderr
 * when it refuses; writes nothing else.  A zeroed result is a refusal. */
void run_judge(struct run_input *in, struct capgate_arena *arena, struct run_result *ret);

#endif
