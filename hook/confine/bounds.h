/* SPDX-License-Identifier: Apache-2.0 */
/* Limits the capabilities that a program can hold which this process executes. */
#ifndef BOUNDS_H
#define BOUNDS_H

#include "capgate.h"

/* The bounding set of this process, also capabilities without a name here; empty if the kernel
 * does not show it. */
capgate_set bounds_now(void);

/*
 * Sets what a program can hold that this process executes (capabilities(7)).  bound stays in
 * the bounding set: the program can get it as root, or through file capabilities.  Nothing can
 * add to a bounding set.  inherit goes into the inheritable set: root gets it at each
 * execve(2), until the program clears that set.  Runtimes do this when they set the inheritable
 * set of a container.  So a runtime that cannot drop its bounding set gives its container bound
 * at most.  Neither set gives this process a capability that it does not have.
 *
 * For a user who is not root, or if SECBIT_NOROOT applies, both stay in the bounding set, because
 * programs with file capabilities need them there.  The inheritable and ambient sets then keep
 * only capabilities of both.
 *
 * The permitted and effective sets of this process do not change.  Returns CAPGATE_EIO
 * (CAPGATE_RULE_CEILING) if CAP_SETPCAP is missing, except for a user who is not root and holds
 * no capability: that user has nothing to lose.
 */
int bounds_narrow(capgate_set bound, capgate_set inherit, struct capgate_error *err) CAPGATE_MUST;

#endif
