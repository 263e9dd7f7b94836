/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ceiling: limits the runtime's capabilities, independent of the verdict.  See
 * capgate_ceiling().  Not in audit mode, which changes nothing.
 */
#ifndef RUNTIME_CEILING_H
#define RUNTIME_CEILING_H

#include "door.h"

/* Call it after judging.  Sets the state of the ceiling (r->ceiling), and the capabilities to
 * remove (r->taken). */
void ceiling_plan(struct runtime *r);

/* Applies the ceiling.  Call it last before the runtime is executed.  After an error, which is
 * one of bounds_narrow(), the runtime must not be executed. */
int ceiling_enter(const struct runtime *r, struct capgate_error *err) CAPGATE_MUST;

#endif
