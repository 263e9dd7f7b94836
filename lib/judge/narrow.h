/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How runtimes make a filter of a profile decides what can be changed (libseccomp 2.5 and
 * 2.6, runc, crun): an entry like the default action is left out; a rule without
 * comparisons wins over those with, in any order; of two without, the first wins; two with
 * overlapping comparisons have no reliable order.  So every change leaves one rule for a
 * call, and a profile that cannot be changed so is not changed.
 */
#ifndef CAPGATE_NARROW_H
#define CAPGATE_NARROW_H

#include "callrules.h"

#define CLONE_NEWUSER_BIT UINT64_C(0x10000000)

#define WIDEN_MAX 2 /* an entry for each of BY_FLAG */

/* Rules to be added, and masks to be widened; why it cannot be done. */
struct capgate_narrowing {
	unsigned allow, log;     /* of BY_FLAG: without the flag, and not otherwise */
	unsigned deny_flag;      /* of BY_FLAG: with the flag */
	unsigned deny;           /* of WHOLE */
	size_t widen[WIDEN_MAX]; /* entries whose mask gets the flag */
	size_t n_widen;
	const char *why_not;
};

/* Why no filter of the specification can be narrowed on this machine, whatever its rules
 * are, in words; or NULL. */
const char *capgate_cannot_narrow(const struct capgate_spec *spec);

/* What has to change so that no process makes or enters a user namespace: in *c, and in
 * the names to be cut of the rules; or why_not. */
void capgate_narrow(const struct capgate_seccomp *s, struct capgate_call_rules *p,
		    struct capgate_narrowing *c);

#endif
