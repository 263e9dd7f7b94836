/* SPDX-License-Identifier: Apache-2.0 */
/* Arena functions for the library, in addition to the public ones. */
#ifndef CAPGATE_ARENA_H
#define CAPGATE_ARENA_H

#include "capgate.h"

/* Like capgate_arena_alloc(), but the memory is not zeroed: for memory that is written
 * before it is read.  Pages that are never written cost nothing. */
void *capgate_arena_raw(struct capgate_arena *arena, size_t n) CAPGATE_MUST;

/*
 * A vector that grows: make room for need items of that size, keeping the existing ones;
 * the new ones are not initialised.  *items may move. 0, or CAPGATE_ENOMEM with nothing
 * changed.
 *
 * The last vector to grow is extended in place, so a vector that is filled in one go wastes
 * no memory.
 */
static inline int capgate_arena_room(struct capgate_arena *arena, void **items, size_t *capacity,
				     size_t need, size_t item) CAPGATE_MUST;

/* The same, when the vector is full. */
int capgate_arena_grow(struct capgate_arena *arena, void **items, size_t *capacity, size_t need,
		       size_t item) CAPGATE_MUST;

static inline int capgate_arena_room(struct capgate_arena *arena, void **items, size_t *capacity,
				     size_t need, size_t item)
{
	return need <= *capacity ? 0 : capgate_arena_grow(arena, items, capacity, need, item);
}

#endif
