/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_PROCFS_H
#define CAPGATE_PROCFS_H

#include "findings.h"

/*
 * Finds what can show a runtime a forged /proc/sys/kernel/cap_last_cap: CPG108, as in
 * capgate_proc_is_genuine().  *rebind: to mount the host's /proc again, after all other mounts,
 * is sufficient to cure it.  Fails only for memory.
 */
int capgate_find_forged_proc(const struct capgate_spec *spec, const struct capgate_scene *scene,
			     struct capgate_findings *findings, bool *rebind) CAPGATE_MUST;

/* The last mount on /proc, if it is a bind of the host's; or NULL. */
const struct capgate_mount *capgate_host_proc(const struct capgate_spec *spec);

#endif
