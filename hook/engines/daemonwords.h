/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of an engine's daemon: of the running process, or of its systemd unit. */
#ifndef DAEMONWORDS_H
#define DAEMONWORDS_H

#include "capgate.h"

#define DAEMON_WORDS 8192

struct daemon_words {
	char from[256];       /* for messages: "dockerd (process 12)", or the unit's file */
	char v[DAEMON_WORDS]; /* the words, each with a NUL at its end, as many as fit */
	size_t len;
};

/*
 * The next value of an option, "--option VALUE" or "--option=VALUE".  Set *at to 0 before the
 * first call.  NULL if there are no more.
 */
const char *daemon_words_next(const struct daemon_words *w, const char *option, size_t *at);
/* The last value of an option, which is the one that counts.  NULL if there is none. */
const char *daemon_words_last(const struct daemon_words *w, const char *option);

/*
 * ExecStart of the unit "NAME.service", merged with its drop-ins after systemd.unit(5) and
 * systemd.service(5).  $VARIABLE is expanded from Environment and EnvironmentFile.  False if
 * there is no such unit.  The files stay in the arena.
 */
bool daemon_words_of_unit(struct capgate_arena *arena, const char *name, struct daemon_words *ret);

#endif
