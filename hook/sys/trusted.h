/* SPDX-License-Identifier: Apache-2.0 */
/* Files that only root can have written. */
#ifndef TRUSTED_H
#define TRUSTED_H

#include "capgate.h"

/*
 * Open an absolute path for reading, following no symbolic link (of directories, in a
 * user's own namespace, those that root or the user made).  Every directory and
 * the file must be owned by root (or by the user who runs this, when that is not root)
 * and be writable by nobody else.  A sticky directory that others may write is passed
 * through, but may not hold the file.  What is opened is checked on its descriptor.
 * Returns the descriptor, or a negative status: CAPGATE_EPOLICY when it may not be
 * trusted; CAPGATE_EIO (err->rule CAPGATE_RULE_UNREADABLE) when it cannot be opened,
 * with *missing set if that is because it does not exist.
 */
int trusted_open(const char *path, bool *missing, struct capgate_error *err) CAPGATE_MUST;

/* The file's text, malloc'd; empty if it does not exist, is longer than limit, or anything
 * else goes wrong: for callers to whom all that is the same. */
struct capgate_text trusted_read(const char *path, size_t limit) CAPGATE_MUST;

/* The check of trusted_open() for a directory that holds files; nothing is opened.  0 or
 * a negative status.  Names are enough, see trusted.c. */
int trusted_directory(const char *path, bool *missing, struct capgate_error *err) CAPGATE_MUST;

/* trusted_open() after trusted_directory() has checked the directory of path: checks only
 * the last component.  With directory, that is a directory, to be listed with
 * fdopendir(3). */
int trusted_open_in(const char *path, bool directory, bool *missing,
		    struct capgate_error *err) CAPGATE_MUST;

/* The process has another root directory: forget the results for the old one. */
void trusted_changed(void);

#endif
