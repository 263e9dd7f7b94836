/* SPDX-License-Identifier: Apache-2.0 */
/* What the library needs of the arena beyond the public calls. */
#ifndef CAPGATE_ARENA_H
#define CAPGATE_ARENA_H

#include "capgate.h"

/*
 * A vector that grows: make room for need items of that size, keeping those
 * that are there.  *items may move.  0, or CAPGATE_ENOMEM with nothing changed.
 *
 * The last vector to grow is extended where it stands, so a vector filled in
 * one go costs what it holds.
 */
int capgate_arena_room(struct capgate_arena *arena, void **items, size_t *capacity, size_t need,
		       size_t item) CAPGATE_MUST;

#endif
