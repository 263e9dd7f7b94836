/* SPDX-License-Identifier: Apache-2.0 */
/* Where the policy comes from: files, their owners, and their order. */
#ifndef POLICYFILE_H
#define POLICYFILE_H

#include "capgate.h"

/*
 * The policy that is in force: override (--policy FILE) alone when it is not
 * NULL, else embedded < vendor < administrator < drop-ins.  A file that
 * somebody but root could have written is refused (CAPGATE_EPOLICY).  Texts
 * live in the arena.
 */
int policy_load(const char *override, struct capgate_arena *arena, struct capgate_policy *ret,
		struct capgate_error *err) CAPGATE_MUST;

#endif
