/* SPDX-License-Identifier: Apache-2.0 */
/* Reading, writing and speaking: every system call of the straight line. */
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
/* All or an error; EINTR and short writes are dealt with. */
int io_write_all(int fd, struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;
/* A regular file by descriptor-relative name: no link followed in the last
 * component, no device, no FIFO, never blocks.  Returns the descriptor. */
int io_open_regular(int dirfd, const char *name, struct capgate_error *err) CAPGATE_MUST;
/* A private block from the kernel, untouched pages cost nothing.  NULL: no memory. */
void *io_block(size_t size);
/* An arena fit for a text of that length, in a block of its own. */
int io_arena(size_t text_len, struct capgate_arena *ret, struct capgate_error *err) CAPGATE_MUST;
void io_arena_release(struct capgate_arena *arena);

/* errno in words, as an error that names what was tried. */
int io_fail(struct capgate_error *err, const char *what, const char *name);

/* One line on stderr, in one write, "capgate: " before it; control characters
 * are made visible.  Never fails: there is nobody left to tell. */
void io_say(const char *format, ...) CAPGATE_PRINTF(1, 2);
/* An error as one line: "capgate: WHERE: PATH (byte N): MSG; CURE". */
void io_say_error(const char *where, const struct capgate_error *err);
/* Ends the program as if the signal had not been caught or ignored: the shell is
 * told.  Returns (STATUS_NOT_JUDGED) only when that could not be. */
int io_die_of(int signal_number);
/* The exit status of an error (by its rule, else by its code). */
int io_status(const struct capgate_error *err);

#endif
