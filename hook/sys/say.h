/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for the user on standard error. */
#ifndef SAY_H
#define SAY_H

#include "capgate.h"

/* One line on stderr, in one write, "capgate: " before it; control characters
 * are made visible.  Never fails: there is nobody left to tell. */
void io_say(const char *format, ...) CAPGATE_PRINTF(1, 2);
/* An error as one line: "capgate: WHERE: PATH (byte N): MSG; CURE". */
void io_say_error(const char *where, const struct capgate_error *err);
/* What errno says, in words, without memory of its own: strerror(3) of glibc 2.42 asks
 * for the heap, and a process that only judges may no longer have one. */
const char *io_words(int error);
/* Ends the program as if the signal had not been caught or ignored, so the shell sees the
 * signal.  Returns (STATUS_NOT_JUDGED) only if that failed. */
int io_die_of(int signal_number);
#endif
