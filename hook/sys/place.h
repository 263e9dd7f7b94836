/* SPDX-License-Identifier: Apache-2.0 */
/* Files that configure writes and doctor reads: whole, or not at all. */
#ifndef PLACE_H
#define PLACE_H

#include <limits.h>
#include <sys/types.h>

#include "capgate.h"

/*
 * Make DIR the root of this process, so that every absolute path is below it,
 * symbolic links included.  NULL or "/": nothing to do.  A user who is not root
 * does it in a user namespace of their own, in which their files are root's.
 */
int place_enter(const char *root, struct capgate_error *err) CAPGATE_MUST;
/* Has this process entered another root? */
bool place_is_other(void);

/* The whole file, malloc'd.  *missing: it does not exist (and *ret is empty,
 * status 0). */
int place_read(const char *path, struct capgate_text *ret, bool *missing,
	       struct capgate_error *err) CAPGATE_MUST;

/*
 * Replace or make a file by rename: a hidden temporary file beside it (of a directory
 * "NAME.d", which engines read as a whole, in the one above), written, synced, renamed,
 * directory synced.  Directories on the way are made (0755).
 * An existing file's owner is kept.  Symbolic links are not followed.
 */
int place_write(const char *path, mode_t mode, struct capgate_text text,
		struct capgate_error *err) CAPGATE_MUST;
/* The same for a symbolic link. */
int place_link(const char *path, const char *target, struct capgate_error *err) CAPGATE_MUST;
/* A file that does not exist is removed already. */
int place_remove(const char *path, struct capgate_error *err) CAPGATE_MUST;
bool place_exists(const char *path);

/* A file as a NUL-ended string in the arena; NULL when it cannot be read. */
struct capgate_text place_text(struct capgate_arena *arena, const char *path, bool *missing);

/* May a file that could not be opened be skipped?  One that does not exist, and one that we
 * may not see because we are not root. */
bool place_is_elsewhere(int error);

#endif
