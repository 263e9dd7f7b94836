/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be changed depends on how runtimes turn a profile into a filter (libseccomp 2.5 and
 * 2.6, runc, crun).  An entry with the default action is ignored.  A rule without comparisons
 * takes precedence over rules with comparisons, in any order.  Of two without, the first takes
 * precedence.  Two rules with overlapping comparisons have no reliable order.  So every change
 * leaves a single rule for a call, and a profile for which that is impossible is not changed.
 */
#ifndef CAPGATE_NARROW_H
#define CAPGATE_NARROW_H

#include "callrules.h"

#define CLONE_NEWUSER_BIT UINT64_C(0x10000000)

#define WIDEN_MAX 2 /* an entry for each of BY_FLAG */

/* Rules to add and masks to widen; or the reason why that is impossible. */
struct capgate_narrowing {
	unsigned allow, log;     /* of BY_FLAG: allow or log them without the flag only */
	unsigned deny_flag;      /* of BY_FLAG: deny them with the flag */
	unsigned deny;           /* of WHOLE: deny them */
	size_t widen[WIDEN_MAX]; /* entries whose mask gets the flag */
	size_t n_widen;
	const char *why_not;
};

/* The reason why no filter of the specification can be narrowed on this machine, whatever its
 * rules are; or NULL. */
const char *capgate_cannot_narrow(const struct capgate_spec *spec);

/* Finds the changes after which no process can make or enter a user namespace: in *c, and in the
 * names to cut from the rules.  Or sets why_not. */
void capgate_narrow(const struct capgate_seccomp *s, struct capgate_call_rules *p,
		    struct capgate_narrowing *c);

#endif
