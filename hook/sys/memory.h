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
/*
 * Makes the pages of a private block now, because they will be used: one system call for all
 * takes less time than a page fault for each.  Only that: it has no effect on what they contain,
 * and none on a kernel before Linux 5.14.
 */
void io_prefault(void *block, size_t size);
/* The same for the stack that the caller's functions will use. */
void io_prefault_stack(void);
/* Makes an arena, large enough to parse a text of this length, in a block of its own. */
int io_arena(size_t text_len, struct capgate_arena *ret, struct capgate_error *err) CAPGATE_MUST;
void io_arena_release(struct capgate_arena *arena);

#endif
