/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes whole files, for configure and doctor. */
#ifndef PLACE_H
#define PLACE_H

#include <limits.h>
#include <sys/types.h>

#include "capgate.h"

/*
 * Makes the directory the root of this process, so that every absolute path is below it, also
 * through symbolic links.  Does nothing for NULL or "/".  For a user who is not root, it makes a
 * user namespace in which their files belong to root.
 */
int place_enter(const char *root, struct capgate_error *err) CAPGATE_MUST;
/* Has this process entered another root? */
bool place_is_other(void);

/* Reads the whole file; malloc'd.  If it does not exist, *missing is set, *ret is empty, and the
 * status is 0. */
int place_read(const char *path, struct capgate_text *ret, bool *missing,
	       struct capgate_error *err) CAPGATE_MUST;

/*
 * Replaces or creates a file by rename.  The temporary file is hidden and in the same directory,
 * or, because engines read all files of a directory "NAME.d", in the one above that.  File and
 * directory are synced.  Missing directories are created (0755).  The owner of an existing file
 * is kept.  Symbolic links are not followed.
 */
int place_write(const char *path, mode_t mode, struct capgate_text text,
		struct capgate_error *err) CAPGATE_MUST;
/* The same for a symbolic link. */
int place_link(const char *path, const char *target, struct capgate_error *err) CAPGATE_MUST;
/* Removes a file.  It is no error if the file does not exist. */
int place_remove(const char *path, struct capgate_error *err) CAPGATE_MUST;
bool place_exists(const char *path);

/* Reads a file into the arena and adds a NUL; NULL if it cannot be read. */
struct capgate_text place_text(struct capgate_arena *arena, const char *path, bool *missing);

/* May a file that could not be opened be skipped?  One that does not exist, and one that we
 * may not see because we are not root. */
bool place_is_elsewhere(int error);

#endif
