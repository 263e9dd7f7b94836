/* SPDX-License-Identifier: Apache-2.0 */
/* Opens files that only root can have written, and refuses others. */
#ifndef TRUSTED_H
#define TRUSTED_H

#include "capgate.h"

/*
 * Opens an absolute path for reading.  Does not follow symbolic links; only in a user's own
 * namespace it follows links of directories that root or the user made.  Root must own the file
 * and every directory above it (or the user who runs this, if they are not root), and nobody
 * else may be able to write to them.  A sticky directory that others may write to is allowed
 * above the file's own directory.  The file is checked on its open descriptor.
 * Returns the descriptor, or a negative status: CAPGATE_EPOLICY if the file cannot be trusted;
 * CAPGATE_EIO (err->rule CAPGATE_RULE_UNREADABLE) if it cannot be opened, with *missing set if
 * it does not exist.
 */
int trusted_open(const char *path, bool *missing, struct capgate_error *err) CAPGATE_MUST;

/* Reads such a file; malloc'd.  Empty if it does not exist, if it is longer than limit, or after
 * any other error, for callers who need not know which. */
struct capgate_text trusted_read(const char *path, size_t limit) CAPGATE_MUST;

/* Makes the check of trusted_open() for a directory that contains files, without opening it.
 * Returns 0 or a negative status.  trusted.c says why checking by name is enough. */
int trusted_directory(const char *path, bool *missing, struct capgate_error *err) CAPGATE_MUST;

/* trusted_open() for a path whose directory trusted_directory() has checked: checks only the
 * last component.  directory: that one is a directory, for fdopendir(3). */
int trusted_open_in(const char *path, bool directory, bool *missing,
		    struct capgate_error *err) CAPGATE_MUST;

/* Forgets earlier results.  Call it after the process has changed its root directory. */
void trusted_changed(void);

#endif
