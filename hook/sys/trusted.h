/* SPDX-License-Identifier: Apache-2.0 */
/* Files that only root can have written. */
#ifndef TRUSTED_H
#define TRUSTED_H

#include "capgate.h"

/*
 * Open an absolute path for reading, following no symbolic link.  Every directory and
 * the file must be owned by root (or by the user who runs this, when that is not root)
 * and be writable by nobody else.  A sticky directory that others may write is passed
 * through, but may not hold the file.  What is opened is checked on its descriptor.
 * Returns the descriptor, or a negative status: CAPGATE_EPOLICY when it may not be
 * trusted; CAPGATE_EIO (err->rule CAPGATE_RULE_UNREADABLE) when it cannot be opened,
 * with *missing set if that is because it does not exist.
 */
int trusted_open(const char *path, bool *missing, struct capgate_error *err) CAPGATE_MUST;

/* The same for a file of a directory, or a directory, that trusted_open_directory
 * has opened: path is all of it, and only its last component is looked at again. */
int trusted_open_in(int dir, const char *path, bool directory, bool *missing,
		    struct capgate_error *err) CAPGATE_MUST;

/* The same for a directory, to be listed with fdopendir(3). */
int trusted_open_directory(const char *path, bool *missing, struct capgate_error *err) CAPGATE_MUST;

#endif
