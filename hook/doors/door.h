/* SPDX-License-Identifier: Apache-2.0 */
/* What the hook commands share: their options, and the way to the file. */
#ifndef DOOR_H
#define DOOR_H

#include "capgate.h"
#include "hook/cli/cli.h"
#include "hook/log/log.h"

struct door_options {
	bool dry_run;
	const char *policy; /* NULL: the files of this machine */
	const char *hint;   /* for the reader of an engine's error message */
};

extern const struct opt door_opts[]; /* for struct door_options */

/* A hook command at work. */
struct door {
	const struct command *self;
	struct door_options options;
	struct capgate_policy policy;
	struct capgate_text input; /* .p is NULL until it was read */
	bool is_filter;		   /* it passes the input on */
	struct log log; /* open */
	struct capgate_arena arena; /* for policy and input; mostly empty */
	struct capgate_text id; /* the container's, once it is known; may be empty */
	int64_t pid; /* its first process, as the runtime numbers it; 0: unknown */
};

/* Reads the options, the policy and standard input, and opens the log.  Returns OPTIONS_GO, or
 * an exit status after reporting to the user. */
int door_open(const struct command *self, int argc, char **argv, bool is_filter, struct door *ret);

/* Memory to parse and judge a text of that length: what is left of door->arena, or a
 * block of its own. */
int door_arena(struct door *door, size_t text_len, struct capgate_arena *ret,
	       struct capgate_error *err) CAPGATE_MUST;

/* Reads config.json of a bundle, through a descriptor of the bundle. */
int door_read_bundle(struct capgate_text bundle, size_t limit, struct capgate_text *ret,
		     struct capgate_error *err) CAPGATE_MUST;

/* Reports and logs the error, and returns its exit status.  In audit mode, which stops no
 * container, returns 0, except for a filter that has nothing to pass on. */
int door_fail(const struct door *door, const struct capgate_error *err);

#endif
