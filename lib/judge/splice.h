/* SPDX-License-Identifier: Apache-2.0 */
/* A seccomp profile that no longer lets a process make or enter a user namespace. */
#ifndef CAPGATE_SPLICE_H
#define CAPGATE_SPLICE_H

#include "edits.h"

/*
 * The edits after which capgate_seccomp_blocks_userns() holds, added to the plan: the
 * profile's own rules for unshare, clone, clone3 and setns are narrowed or cut, and
 * what lacks is added.  No call that was denied is allowed afterwards.  A missing
 * profile is added, with everything else allowed.
 *
 * *why_not is NULL, or says in words why the profile cannot be changed safely; then no
 * edit was added.  Fails only for memory.
 */
int capgate_splice_userns(const struct capgate_spec *spec, struct capgate_plan *plan,
			  const char **why_not) CAPGATE_MUST;

#endif
