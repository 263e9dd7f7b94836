/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks and arenas from the kernel. */
#ifndef MEMORY_H
#define MEMORY_H

#include "capgate.h"

/* A private block from the kernel, untouched pages cost nothing.  NULL: no memory. */
void *io_block(size_t size);
/* The same, for this process and the children that it makes by fork(2): each sees what
 * the other writes. */
void *io_shared_block(size_t size);
/* An arena large enough for a text of that length, in a block of its own. */
int io_arena(size_t text_len, struct capgate_arena *ret, struct capgate_error *err) CAPGATE_MUST;
void io_arena_release(struct capgate_arena *arena);

#endif
