/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for the user on standard error. */
#ifndef SAY_H
#define SAY_H

#include "capgate.h"

/* Writes one line on stderr, in one write, with "capgate: " before it.  Replaces control
 * characters by visible ones.  Ignores errors: they could not be reported anywhere. */
void io_say(const char *format, ...) CAPGATE_PRINTF(1, 2);
/* Writes an error as one line: "capgate: WHERE: PATH (byte N): MSG; CURE". */
void io_say_error(const char *where, const struct capgate_error *err);
/* From now on nothing is written, unless standard error is a terminal, or a pipe without a name,
 * as it is under runc.  It may be a file of the host that the configuration's author chose, and
 * messages contain names that they chose as well. */
void io_hush(void);
/* The text for an errno, like strerror(3), but without allocating memory: glibc 2.42 uses the
 * heap there, which a confined process may not have any more. */
const char *io_words(int error);
/* Ends the program as if the signal had not been caught or ignored, so the shell sees the
 * signal.  Returns (STATUS_NOT_JUDGED) only if that failed. */
int io_die_of(int signal_number);
#endif
