/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of an engine's daemon: as it runs, or as systemd would start it. */
#ifndef DAEMONWORDS_H
#define DAEMONWORDS_H

#include "capgate.h"

#define DAEMON_WORDS 8192

struct daemon_words {
	char from[256];       /* "dockerd (process 12)", or the unit's file; for messages */
	char v[DAEMON_WORDS]; /* the words, each ended by a NUL; what does not fit is left out */
	size_t len;
};

/*
 * The value of an option, "--option VALUE" or "--option=VALUE".  *at: 0 for the first call,
 * then as the previous call left it.  NULL: there are no more.
 */
const char *daemon_words_next(const struct daemon_words *w, const char *option, size_t *at);
/* The last one, which counts. */
const char *daemon_words_last(const struct daemon_words *w, const char *option);

/*
 * ExecStart of the unit "NAME.service" with its drop-ins, as systemd.unit(5) and
 * systemd.service(5) lay them over each other; $VARIABLE of its Environment and
 * EnvironmentFile.  False: there is no such unit.  The arena holds the files for good.
 */
bool daemon_words_of_unit(struct capgate_arena *arena, const char *name, struct daemon_words *ret);

#endif
