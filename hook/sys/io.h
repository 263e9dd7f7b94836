/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing descriptors. */
#ifndef IO_H
#define IO_H

#include <sys/types.h>

#include "capgate.h"

/*
 * Read fd to its end.  More than limit bytes: CAPGATE_ELIMIT (after reading no
 * more than one byte over).  The text is malloc'd, NUL not promised, and never
 * freed by short-lived commands; io_free() for the others.
 */
int io_read_all(int fd, size_t limit, struct capgate_text *ret,
		struct capgate_error *err) CAPGATE_MUST;
void io_free(struct capgate_text text);
/* The same into the rest of an arena, without asking the system for memory. */
int io_read_into(int fd, size_t limit, struct capgate_arena *arena, struct capgate_text *ret,
		 struct capgate_error *err) CAPGATE_MUST;
/* All or an error; EINTR and short writes are dealt with. */
int io_write_all(int fd, struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;
/* A regular file by descriptor-relative name: no link followed in the last
 * component, no device, no FIFO, never blocks.  Returns the descriptor. */
int io_open_regular(int dirfd, const char *name, struct capgate_error *err) CAPGATE_MUST;
/* The whole of such a file. */
int io_read_in(int dirfd, const char *name, size_t limit, struct capgate_text *ret,
	       struct capgate_error *err) CAPGATE_MUST;

/* errno in words, as an error that names the operation. */
int io_fail(struct capgate_error *err, const char *what, const char *name);

#endif
