/* SPDX-License-Identifier: Apache-2.0 */
/* Where the policy comes from: files, their owners, and their order. */
#ifndef POLICYFILE_H
#define POLICYFILE_H

#include "capgate.h"

/* Of one policy file; a thousand exemptions are a quarter of it.  An arena for
 * so much text holds all the files of a machine: its block is address space,
 * which some machines count (vm.overcommit_memory=2), so it is no larger. */
#define POLICY_TEXT_MAX ((size_t)1 << 20)

/*
 * The policy that is in force: override (--policy FILE) alone when it is not
 * NULL, else embedded < vendor < administrator < drop-ins; for somebody who is
 * not root of the machine their own file then takes away from that.  A file that
 * somebody but root could have written is refused (CAPGATE_EPOLICY).  Texts
 * live in the arena or as long as the process; scene.now is the clock's time.
 */
int policy_load(const char *override, struct capgate_arena *arena, struct capgate_policy *ret,
		struct capgate_error *err) CAPGATE_MUST;

/* One file over the embedded default, whoever may have written it: for looking
 * at, never for deciding. */
int policy_read(const char *path, struct capgate_arena *arena, struct capgate_policy *ret,
		struct capgate_error *err) CAPGATE_MUST;

/* Is a file of this name in policy.d read? */
bool policy_is_dropin(const char *name);

#endif
