/* SPDX-License-Identifier: Apache-2.0 */
/* Finds hints that a container needs a port that it can no longer bind. */
#ifndef CAPGATE_LOWPORT_H
#define CAPGATE_LOWPORT_H

#include "findings.h"

/*
 * If NET_BIND_SERVICE is removed, adds CPG433 for each variable and annotation called PORT with
 * a value below the first port that needs no capability.  Call it when the substitutes are
 * known.  Fails only for memory.
 */
int capgate_note_low_ports(const struct capgate_spec *spec, const struct capgate_report *report,
			   struct capgate_findings *findings) CAPGATE_MUST;

#endif
