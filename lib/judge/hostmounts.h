/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_HOSTMOUNTS_H
#define CAPGATE_HOSTMOUNTS_H

#include "findings.h"

/*
 * Finds the first thing that a runtime would mount in the host's mount namespace because the
 * configuration does not have its own: CPG114.  Fails only for memory.
 */
int capgate_find_host_mounts(const struct capgate_spec *spec,
			     struct capgate_findings *findings) CAPGATE_MUST;

#endif
