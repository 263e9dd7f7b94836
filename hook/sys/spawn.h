/* SPDX-License-Identifier: Apache-2.0 */
/* Runs other programs with a time limit. */
#ifndef SPAWN_H
#define SPAWN_H

#include <sys/types.h>

#include "capgate.h"

struct spawn_result {
	int status; /* exit status; 128 + signal; 127: could not be executed */
	size_t out; /* bytes of standard output and error that were read */
	bool timed_out;
};

/*
 * Runs path with argv and an empty environment, as engines run hooks.  input becomes its
 * standard input and must fit into a pipe.  Its output goes to buf, always with a NUL at the
 * end; what does not fit is dropped.  It is killed after this many seconds.
 */
int spawn_run(const char *path, const char *const argv[], struct capgate_text input, char *buf,
	      size_t size, int seconds, struct spawn_result *ret,
	      struct capgate_error *err) CAPGATE_MUST;
/* The same, but only standard output goes to buf; standard error is dropped. */
int spawn_filter(const char *path, const char *const argv[], struct capgate_text input, char *buf,
		 size_t size, int seconds, struct spawn_result *ret,
		 struct capgate_error *err) CAPGATE_MUST;
/*
 * Like spawn_run(), for an engine's programs: sets PATH and HOME, as in an administrator's
 * shell.  dockerd looks for docker-proxy in PATH even if it only validates.
 */
int spawn_command(const char *path, const char *const argv[], struct capgate_text input, char *buf,
		  size_t size, int seconds, struct spawn_result *ret,
		  struct capgate_error *err) CAPGATE_MUST;

#endif
