/* SPDX-License-Identifier: Apache-2.0 */
/* What is learned about: a container that can be started again and again. */
#ifndef LEARN_SUBJECT_H
#define LEARN_SUBJECT_H

#include "session.h"

#define SUBJECT_FOREBEARS 512

struct subject {
	const struct session *session;
	const char *name; /* for people: the bundle, or the image */
	capgate_set full; /* what the first run is given */
	/* For the next run: in place of each of these, the sysctl that does for it. */
	capgate_set by_sysctl;
	bool no_sysctls; /* it cannot be given any */
	int commands;      /* the mount namespace of check and exercise; -1: ours */
	const char *state; /* for these: where the runtime keeps its state; or NULL */
	int sink;          /* what the container and its runtime say; -1: none */

	/*
	 * Make the container with those of its capabilities that are in keep; its program
	 * does not run yet.  *pid: its first process; 0 when it comes only with the start.
	 */
	int (*create)(struct subject *, capgate_set keep, pid_t *pid, struct capgate_error *);
	/* The processes that will fork the first one; NULL: create() has made it. */
	size_t (*forebears)(struct subject *, pid_t pids[SUBJECT_FOREBEARS]);
	int (*start)(struct subject *, struct capgate_error *);
	/* After start: the first process; 0 when it has ended already. */
	pid_t (*first)(struct subject *);
	/* Send the stop signal, and wait until the first process has ended; false: it has not. */
	bool (*stop)(struct subject *, pid_t first, int milliseconds);
	/* How it ended, as a shell says it; -1: not known. */
	int (*status)(struct subject *, pid_t first);
	/* Whatever became of it; nothing of it is left. */
	void (*remove)(struct subject *);
	void *own;
};

#endif
