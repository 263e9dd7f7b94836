/* SPDX-License-Identifier: Apache-2.0 */
/* A capgate_out that grows, for commands that print to people. */
#ifndef OUTBUF_H
#define OUTBUF_H

#include "capgate.h"

/*
 * Runs fill(user, out) until what it writes fits; the text is malloc'd, freed
 * with io_free().  fill must write the same each time.
 */
int outbuf_fill(void (*fill)(void *user, struct capgate_out *out), void *user,
		struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;
/* The same, then written to standard output and freed. */
int outbuf_print(void (*fill)(void *user, struct capgate_out *out), void *user,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
