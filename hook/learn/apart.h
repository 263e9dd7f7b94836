/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a function on untrusted input in a confined process, which cannot open files. */
#ifndef LEARN_APART_H
#define LEARN_APART_H

#include "capgate.h"

/*
 * Calls fill(user, out) in a child process with CONFINE_JUDGE, and returns what it wrote,
 * malloc'd.  The child gets no memory beyond what is mapped before.  room: the most bytes that
 * it may write.  CAPGATE_EIO if fill returns false or the child is killed.
 */
int apart(bool (*fill)(void *user, struct capgate_out *out), void *user, size_t room,
	  struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
