/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing descriptors. */
#ifndef IO_H
#define IO_H

#include <sys/types.h>

#include "capgate.h"

/*
 * Reads fd to its end.  Returns CAPGATE_ELIMIT for more than limit bytes, after reading at most
 * one byte more.  The text is malloc'd and need not end with a NUL.  Free it with io_free();
 * short-lived commands need not.
 */
int io_read_all(int fd, size_t limit, struct capgate_text *ret,
		struct capgate_error *err) CAPGATE_MUST;
void io_free(struct capgate_text text);
/* The same into the rest of an arena, so that it needs no memory from the system. */
int io_read_into(int fd, size_t limit, struct capgate_arena *arena, struct capgate_text *ret,
		 struct capgate_error *err) CAPGATE_MUST;
/* Writes all bytes, or returns an error.  Handles EINTR and short writes. */
int io_write_all(int fd, struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;
/* Opens a regular file by a name relative to dirfd.  Does not follow a link in the last
 * component, opens no device and no FIFO, and never blocks.  Returns the descriptor. */
int io_open_regular(int dirfd, const char *name, struct capgate_error *err) CAPGATE_MUST;
/* Reads the whole of such a file. */
int io_read_in(int dirfd, const char *name, size_t limit, struct capgate_text *ret,
	       struct capgate_error *err) CAPGATE_MUST;

/* Closes every descriptor above standard error.  -1 with errno; not for a kernel that cannot
 * (before Linux 5.9), where they stay open. */
int io_close_rest(void);

/* Makes an error from errno that names the operation. */
int io_fail(struct capgate_error *err, const char *what, const char *name);

#endif
