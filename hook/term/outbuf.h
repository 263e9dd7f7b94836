/* SPDX-License-Identifier: Apache-2.0 */
/* A capgate_out that grows, for commands that print to people. */
#ifndef OUTBUF_H
#define OUTBUF_H

#include "capgate.h"

/*
 * Calls fill(user, out), again with a larger buffer if its output does not fit.  Free the text
 * with io_free().  fill must write the same each time.
 */
int outbuf_fill(void (*fill)(void *user, struct capgate_out *out), void *user,
		struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;
/* The same, but writes the text to standard output and frees it. */
int outbuf_print(void (*fill)(void *user, struct capgate_out *out), void *user,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
