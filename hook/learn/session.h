/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lasts as long as learning does, and goes with it, however that ends: a mount
 * namespace with a scratch directory, and a guard, a process that cleans up when we are
 * killed.
 */
#ifndef LEARN_SESSION_H
#define LEARN_SESSION_H

#include <limits.h>
#include <sys/types.h>

#include "capgate.h"

#define SESSION_ARGS 64

struct session {
	char id[40];      /* "capgate-learn-1f2e3d4c": of containers, and of the trace */
	char scratch[64]; /* ours alone; the host sees an empty directory */
	bool made;        /* the directory */
	int host;         /* the mount namespace that we came from */
	/* What removes the container, ended by NULL; the guard knows it, too. */
	const char *remove[SESSION_ARGS];
	/* And then what was made with it; NULL: nothing was. */
	const char *remove_rest[SESSION_ARGS];
	/* Succeeds if the container is there; NULL: it is made before its runtime ends. */
	const char *find[SESSION_ARGS];
	bool remove_on_host; /* in the namespace that we came from */
	pid_t guard;
	int alive; /* the guard works when this closes without a word */
};

/* The namespace, and names; nothing is made that could be left behind. */
int session_begin(struct session *ret, struct capgate_error *err) CAPGATE_MUST;
/* .remove has been filled in.  Starts the guard, then makes the directory, with state/, empty/
 * and tracing/ in it: whatever ends us from here on, nothing is left behind. */
int session_guard(struct session *session, struct capgate_error *err) CAPGATE_MUST;
/* Everything of ours has been removed but the directory, which goes now. */
void session_end(struct session *session);

/* By .remove and .remove_rest.  unsettled: a call that makes the container was ended, so that a
 * daemon may make it still; it is looked for, for some seconds. */
void session_remove_container(const struct session *session, bool unsettled);

/* "SCRATCH/NAME" */
void session_path(const struct session *session, const char *name, char ret[PATH_MAX]);

#endif
