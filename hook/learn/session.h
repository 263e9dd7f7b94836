/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What exists as long as learning runs, and is removed however it ends: a mount namespace with
 * a scratch directory, and the guard, a process that cleans up if we are killed.
 */
#ifndef LEARN_SESSION_H
#define LEARN_SESSION_H

#include <limits.h>
#include <sys/types.h>

#include "capgate.h"

#define SESSION_ARGS 64

struct session {
	char id[40];      /* "capgate-learn-1f2e3d4c": the name of containers and of the trace */
	char scratch[64]; /* mounted only in our namespace; empty for the host */
	bool made;        /* the directory exists */
	int host;         /* the host's mount namespace */
	/* The command that removes the container, ended by NULL; also for the guard. */
	const char *remove[SESSION_ARGS];
	/* The command that then removes what was created with it; or NULL. */
	const char *remove_rest[SESSION_ARGS];
	/* A command that succeeds if the container exists; NULL if that need not be asked. */
	const char *find[SESSION_ARGS];
	bool remove_on_host; /* run these commands in the host's namespace */
	pid_t guard;
	int alive; /* the guard cleans up when this pipe closes without a byte */
};

/* Makes the namespace and the names, but nothing that could be left behind. */
int session_begin(struct session *ret, struct capgate_error *err) CAPGATE_MUST;
/*
 * Call it when .remove has been filled in.  Starts the guard, then makes the directory with
 * state/, empty/ and tracing/ in it.  From here on nothing is left behind, whatever ends this
 * process.
 */
int session_guard(struct session *session, struct capgate_error *err) CAPGATE_MUST;
/* Removes the directory, and ends the guard.  Container and trace must have been removed before. */
void session_end(struct session *session);

/* Removes the container with .remove and .remove_rest.  unsettled: the call that creates it was
 * interrupted, so that a daemon may still create it.  Then this looks for it for some seconds. */
void session_remove_container(const struct session *session, bool unsettled);

/* "SCRATCH/NAME" */
void session_path(const struct session *session, const char *name, char ret[PATH_MAX]);

#endif
