/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel holds the runtime to, whatever the judgement believed: see
 * capgate_ceiling().  Not in audit mode, which changes nothing.
 */
#ifndef RUNTIME_CEILING_H
#define RUNTIME_CEILING_H

#include "door.h"

/* After judging: the state of the ceiling (r->ceiling), and the capabilities to remove
 * (r->taken). */
void ceiling_plan(struct runtime *r);

/* The last thing before the runtime is executed: take it.  Errors are those of
 * bounds_narrow(): the runtime must not be executed then. */
int ceiling_enter(const struct runtime *r, struct capgate_error *err) CAPGATE_MUST;

#endif
