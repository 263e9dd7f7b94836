/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks and arenas from the kernel. */
#ifndef MEMORY_H
#define MEMORY_H

#include "capgate.h"

/* A private block from the kernel.  Pages that are not used cost nothing.  NULL: no memory. */
void *io_block(size_t size);
/* The same, shared between this process and its later children: each sees what the others
 * write. */
void *io_shared_block(size_t size);
/* Makes an arena, large enough to parse a text of this length, in a block of its own. */
int io_arena(size_t text_len, struct capgate_arena *ret, struct capgate_error *err) CAPGATE_MUST;
void io_arena_release(struct capgate_arena *arena);

#endif
