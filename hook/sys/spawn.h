/* SPDX-License-Identifier: Apache-2.0 */
/* Another program, run with a time limit: as an engine runs hooks, or as a command. */
#ifndef SPAWN_H
#define SPAWN_H

#include <sys/types.h>

#include "capgate.h"

struct spawn_result {
	int status; /* exit status; 128 + signal; 127: could not be executed */
	size_t out; /* bytes of standard output and error that were caught */
	bool timed_out;
};

/*
 * Run path with argv and an empty environment, input on its standard input (small: less
 * than a pipe holds).  Its output is caught in buf, always NUL-ended; the rest is dropped
 * if it does not fit.  Killed after that many seconds.
 */
int spawn_run(const char *path, const char *const argv[], struct capgate_text input, char *buf,
	      size_t size, int seconds, struct spawn_result *ret,
	      struct capgate_error *err) CAPGATE_MUST;
/* The same, with standard output caught alone (standard error dropped). */
int spawn_filter(const char *path, const char *const argv[], struct capgate_text input, char *buf,
		 size_t size, int seconds, struct spawn_result *ret,
		 struct capgate_error *err) CAPGATE_MUST;
/*
 * spawn_run for the programs of an engine: with PATH and HOME, as an administrator's
 * shell has them.  dockerd looks for docker-proxy in PATH even when it only validates.
 */
int spawn_command(const char *path, const char *const argv[], struct capgate_text input, char *buf,
		  size_t size, int seconds, struct spawn_result *ret,
		  struct capgate_error *err) CAPGATE_MUST;

#endif
