/* SPDX-License-Identifier: Apache-2.0 */
/* The container to learn about, which can be started repeatedly. */
#ifndef LEARN_SUBJECT_H
#define LEARN_SUBJECT_H

#include "session.h"

#define SUBJECT_FOREBEARS 512

struct subject {
	const struct session *session;
	const char *name; /* for people: the bundle, or the image */
	capgate_set full; /* the set of the first run */
	/* For the next run: the capabilities that are replaced by their sysctls. */
	capgate_set by_sysctl;
	bool no_sysctls; /* it cannot be given sysctls */
	int commands;      /* the mount namespace of check and exercise; -1: ours */
	const char *state; /* for these commands: the runtime's state directory; or NULL */
	int sink;          /* for the output of the container and its runtime; -1: none */

	/*
	 * Creates the container with those of its capabilities that are in keep, without running
	 * its program.  *pid becomes its first process, or 0 if only start() makes it.
	 */
	int (*create)(struct subject *, capgate_set keep, pid_t *pid, struct capgate_error *);
	/* Finds the processes that will fork the first one.  NULL if create() has made it. */
	size_t (*forebears)(struct subject *, pid_t pids[SUBJECT_FOREBEARS]);
	int (*start)(struct subject *, struct capgate_error *);
	/* The first process, after start(). 0 if it has ended already. */
	pid_t (*first)(struct subject *);
	/* Sends the stop signal, and waits until the first process has ended.  False if it has
	 * not. */
	bool (*stop)(struct subject *, pid_t first, int milliseconds);
	/* The exit status as in a shell; -1 if unknown. */
	int (*status)(struct subject *, pid_t first);
	/* Removes the container in whatever state it is. */
	void (*remove)(struct subject *);
	void *own;
};

#endif
