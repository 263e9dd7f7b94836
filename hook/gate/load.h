/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the policy: its files, in order, after a check of their owners. */
#ifndef POLICYFILE_H
#define POLICYFILE_H

#include "capgate.h"

/* The largest policy file.  A thousand exemptions take a quarter of this.  An arena for as much
 * text holds all files of a machine.  It is no larger, because its block is address space,
 * which some machines count (vm.overcommit_memory=2). */
#define POLICY_TEXT_MAX ((size_t)1 << 20)

/*
 * Loads the policy that is in force.  If override (--policy FILE) is not NULL, that is this file
 * alone.  Otherwise the files are merged; later ones win: embedded, vendor, administrator,
 * drop-ins.  For a user who is not root of the machine, their own file can then forbid more.
 * A file that another user than root could have written is refused (CAPGATE_EPOLICY).  Texts
 * live in the arena or as long as the process.  scene.now is the clock's time.
 */
int policy_load(const char *override, struct capgate_arena *arena, struct capgate_policy *ret,
		struct capgate_error *err) CAPGATE_MUST;

/* Merges one file with the embedded default, without a check of its owner.  The result is for
 * display and must not decide about a container. */
int policy_read(const char *path, struct capgate_arena *arena, struct capgate_policy *ret,
		struct capgate_error *err) CAPGATE_MUST;

/* Does capgate read a file of this name in policy.d? */
bool policy_is_dropin(const char *name);

#endif
