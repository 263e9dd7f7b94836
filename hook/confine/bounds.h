/* SPDX-License-Identifier: Apache-2.0 */
/* What a program that this process executes can hold at most. */
#ifndef BOUNDS_H
#define BOUNDS_H

#include "capgate.h"

/* The bounding set of this process, with capabilities that have no name here; empty
 * where the kernel does not say. */
capgate_set bounds_now(void);

/*
 * What a program that this process executes can hold: bound, as root and by its file's
 * capabilities, and inherit, as long as it does not give that up (capabilities(7)).
 * bound is what stays in the bounding set, to which nothing adds again.  inherit goes
 * into the inheritable set: root holds it after each execve(2), and a runtime loses it
 * where it sets the inheritable set of its container.  Both only as far as this process
 * has them.  So a runtime that is kept from dropping its bounding set gives its
 * container bound at most.
 *
 * Of a user who is not root, or of one to whom SECBIT_NOROOT applies, both stay in the
 * bounding set (programs with file capabilities need it there), and the inheritable and
 * ambient sets are narrowed to both.
 *
 * Permitted and effective sets stay for what is left to do here.  CAPGATE_EIO
 * (CAPGATE_RULE_CEILING) when it cannot be done: CAP_SETPCAP is missing.  A user
 * who is not root and holds nothing has nothing to lose, and that is no failure.
 */
int bounds_narrow(capgate_set bound, capgate_set inherit, struct capgate_error *err) CAPGATE_MUST;

#endif
