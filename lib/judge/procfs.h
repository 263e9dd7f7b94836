/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_PROCFS_H
#define CAPGATE_PROCFS_H

#include "findings.h"

/*
 * Finds what may show a runtime a forged /proc/sys/kernel/cap_last_cap: CPG108,
 * as capgate_proc_is_genuine() says.  Sets *rebind when mounting the host's /proc
 * once more, after all others, is the whole cure.  Fails only for memory.
 */
int capgate_find_forged_proc(const struct capgate_spec *spec, const struct capgate_scene *scene,
			     struct capgate_findings *findings, bool *rebind) CAPGATE_MUST;

/* The last mount on /proc, when it is a bind of the host's; or NULL. */
const struct capgate_mount *capgate_host_proc(const struct capgate_spec *spec);

#endif
