/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"

#include <string.h>

#define ALIGN ((size_t)16)

void capgate_arena_init(struct capgate_arena *arena, void *block, size_t size)
{
	size_t skew = (ALIGN - (uintptr_t)block % ALIGN) % ALIGN;

	*arena = (struct capgate_arena){0};
	if (!block || size < skew)
		return; /* leaves a full arena, so every allocation fails */
	arena->base = (unsigned char *)block + skew;
	arena->size = size - skew;
}

void *capgate_arena_raw(struct capgate_arena *arena, size_t n)
{
	unsigned char *p;

	arena->allocations++;
	if (arena->fail_at && arena->allocations == arena->fail_at)
		return NULL;
	if (n > arena->size - arena->used)
		return NULL;
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (n > arena->size - arena->used)
		return NULL;
	p = arena->base + arena->used;
	arena->used += n;
	return p;
}

void *capgate_arena_alloc(struct capgate_arena *arena, size_t n)
{
	void *p = capgate_arena_raw(arena, n);

	return p ? memset(p, 0, n) : NULL;
}

static size_t rounded(size_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

int capgate_arena_grow(struct capgate_arena *arena, void **items, size_t *capacity, size_t need,
		       size_t item)
{
	size_t want = *capacity ? *capacity * 2 : 8, held = *capacity * item;
	unsigned char *old = *items, *p;

	if (want < need)
		want = need;
	if (want > arena->size / item)
		return CAPGATE_ENOMEM;
	if (old && old + rounded(held) == arena->base + arena->used) {
		/* The vector is the last allocation, so it grows in place. */
		p = capgate_arena_raw(arena, rounded(want * item) - rounded(held));
		if (!p)
			return CAPGATE_ENOMEM;
		p = old;
	} else {
		p = capgate_arena_raw(arena, want * item);
		if (!p)
			return CAPGATE_ENOMEM;
		if (old)
			memcpy(p, old, held);
	}
	*items = p;
	*capacity = want;
	return 0;
}

/*
 * Enough for the densest text.  An entry of a capability set ("",) has three bytes of text and
 * needs one structure; a short key has five bytes and needs two events (on the key stack and in
 * the spare of the sort).  Vectors double, hence the factor.  The memory is virtual until it is
 * touched, so a generous size costs nothing.
 */
size_t capgate_arena_for(size_t text_len)
{
	return ((size_t)512 << 10) + 64 * text_len;
}
