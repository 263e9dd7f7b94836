/* SPDX-License-Identifier: Apache-2.0 */
/* Runs programs: runtimes, engines and the user's commands. */
#ifndef LEARN_COMMAND_H
#define LEARN_COMMAND_H

#include <sys/types.h>

#include "capgate.h"

/* Set by SIGINT, SIGTERM and SIGHUP.  Then every function that waits returns. */
extern volatile int command_interrupted;
void command_catch_signals(void);

int64_t command_now(void); /* CLOCK_MONOTONIC in milliseconds */
void command_sleep(int milliseconds);

struct command_call {
	const char *const *argv; /* argv[0] is looked for in PATH */
	int namespace;           /* the mount namespace to enter; -1: ours */
	int output;              /* a descriptor for standard output and error; -1: discard both */
	int errors;              /* a separate descriptor for standard error; 0: none */
	int milliseconds;        /* the time limit; then it is killed */
	/* It gets SIGTERM, also if we are killed, and SIGKILL only if it then takes long: podman
	 * completes what it has begun, and leaves volumes behind if it is killed. */
	bool gently;
	/* NAME=VALUE strings to add to the environment, ended by NULL; or NULL. */
	const char *const *environment;
};

/* Runs a program.  Returns its exit status or 128 + signal; -1 if it could not be run, took too
 * long, or we were interrupted. */
int command_run(const struct command_call *call);

#define COMMAND_NOT_FOUND 127 /* a status of sh(1) */

/* Runs a command line with /bin/sh. */
int command_shell(const char *line, const struct command_call *call);

/* Makes a file in memory for the output of programs.  Returns a descriptor, or -1 without
 * memory. */
int command_sink(void);
/* Forgets what was written to it; -1: there is none. */
void command_empty(int sink);
/* Copies its last line that is not blank, with control characters made visible. */
void command_last_line(int sink, char *buf, size_t size);
/* Reads all of it, malloc'd. */
int command_text(int sink, struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
