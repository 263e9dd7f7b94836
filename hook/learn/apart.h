/* SPDX-License-Identifier: Apache-2.0 */
/* Work on what others wrote, in a process that can open nothing. */
#ifndef LEARN_APART_H
#define LEARN_APART_H

#include "capgate.h"

/*
 * fill(user, out) in a child that has given up everything but thinking (CONFINE_JUDGE);
 * what it wrote comes back, malloc'd.  It may use no more memory than is mapped already.
 * room: the most that it writes.  A child that returns false, or was ended: CAPGATE_EIO.
 */
int apart(bool (*fill)(void *user, struct capgate_out *out), void *user, size_t room,
	  struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
