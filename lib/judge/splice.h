/* SPDX-License-Identifier: Apache-2.0 */
/* Changes a seccomp profile so that no process can make or enter a user namespace. */
#ifndef CAPGATE_SPLICE_H
#define CAPGATE_SPLICE_H

#include "edits.h"

/*
 * Adds to the plan the edits after which capgate_seccomp_blocks_userns() is true: the profile's
 * own rules for unshare, clone, clone3 and setns are narrowed or cut, and missing rules are
 * added.  No call that was denied is allowed afterwards.  A missing profile is added, which
 * allows everything else.
 *
 * *why_not is NULL, or the reason why the profile cannot be changed safely; then no edit was
 * added.  Fails only for memory.
 */
int capgate_splice_userns(const struct capgate_spec *spec, struct capgate_plan *plan,
			  const char **why_not) CAPGATE_MUST;

#endif
