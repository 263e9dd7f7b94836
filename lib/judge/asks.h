/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_ASKS_H
#define CAPGATE_ASKS_H

#include "findings.h"

/*
 * Finds actions by which another process answers a system call: CPG109, whichever
 * call it is and wherever in the profile, for those that no exemption lifts (bits
 * of enum capgate_lift); and libraries that an annotation makes crun load for that:
 * CPG113.  Sets *used to the lifted ones that are there.  Fails only for memory.
 */
int capgate_find_asked(const struct capgate_spec *spec, unsigned lifted, unsigned *used,
		       struct capgate_findings *findings) CAPGATE_MUST;

/* The bit of enum capgate_lift for an action, or 0: it cannot be lifted. */
unsigned capgate_lift_of(struct capgate_text action);

#endif
