/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_ASKS_H
#define CAPGATE_ASKS_H

#include "findings.h"

/*
 * Finds actions with which another process answers a system call: CPG109, for any call and
 * anywhere in the profile, unless an exemption permits the action (bits of enum capgate_lift).
 * Also finds libraries that an annotation makes crun load for that: CPG113.  *used: the
 * permitted ones that occur.  Fails only for memory.
 */
int capgate_find_asked(const struct capgate_spec *spec, unsigned lifted, unsigned *used,
		       struct capgate_findings *findings) CAPGATE_MUST;

/* The bit of enum capgate_lift for an action; 0 if no exemption can permit it. */
unsigned capgate_lift_of(struct capgate_text action);

#endif
