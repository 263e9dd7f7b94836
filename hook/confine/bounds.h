/* SPDX-License-Identifier: Apache-2.0 */
/* What a program that this process executes can hold at most. */
#ifndef BOUNDS_H
#define BOUNDS_H

#include "capgate.h"

/* The bounding set of this process, with capabilities that have no name here; empty
 * where the kernel does not say. */
capgate_set bounds_now(void);

/*
 * Take what is not in keep from this process's bounding, inheritable and ambient
 * sets (capabilities(7)): execve(2) then gives a program no more, as root and by
 * its file's capabilities, and nothing adds to a bounding set again.  Permitted
 * and effective sets stay for what is left to do here.  CAPGATE_EIO
 * (CAPGATE_RULE_CEILING) when it cannot be done: CAP_SETPCAP is missing.  A user
 * who is not root and holds nothing has nothing to lose, and that is no failure.
 */
int bounds_narrow(capgate_set keep, struct capgate_error *err) CAPGATE_MUST;

#endif
