/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that are run on the way: runtimes, engines, the commands that were given. */
#ifndef LEARN_COMMAND_H
#define LEARN_COMMAND_H

#include <sys/types.h>

#include "capgate.h"

/* Set by SIGINT, SIGTERM and SIGHUP: all that waits returns. */
extern volatile int command_interrupted;
void command_catch_signals(void);

int64_t command_now(void); /* milliseconds of a clock that only goes forward */
void command_sleep(int milliseconds);

struct command_call {
	const char *const *argv; /* argv[0] is looked for in PATH */
	int namespace;           /* of mounts, to be in; -1: as we are */
	int output;              /* a descriptor for its standard output and error; -1: dropped */
	int errors;              /* for its standard error alone; 0: there is none */
	int milliseconds;        /* it is killed after */
	/* NAME=VALUE to add to the environment, ended by NULL; NULL: none. */
	const char *const *environment;
};

/* The exit status; 128 + signal; -1: it could not be run, or took too long, or we were
 * interrupted. */
int command_run(const struct command_call *call);

/* A command line for the shell. */
int command_shell(const char *line, const struct command_call *call);

/* A file in memory that programs may write to; -1: no memory. */
int command_sink(void);
/* The last line of it that is not blank, control characters made visible. */
void command_last_line(int sink, char *buf, size_t size);
/* All of it, malloc'd. */
int command_text(int sink, struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
