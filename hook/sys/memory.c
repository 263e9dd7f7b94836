/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <stdint.h>
#include <sys/mman.h>

#include "lib/base/base.h"

void *io_block(size_t size)
{
	/* MAP_STACK prevents huge pages: one would be larger than everything an ordinary
	 * specification needs. */
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void *io_shared_block(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Of Linux 5.14; not every C library has it. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#define PAGE 4096

void io_prefault(void *block, size_t size)
{
	const size_t rest = (uintptr_t)block % PAGE;

	/* Whatever fails, a page fault does it later. */
	(void)!madvise((char *)block - rest, size + rest, MADV_POPULATE_WRITE);
}

/* What looking for the policy and opening the log use; functions there have several paths. */
#define STACK_USED ((size_t)36 << 10)

void io_prefault_stack(void)
{
	char *here = __builtin_frame_address(0);

	/* The kernel makes the mapping of a stack larger than this at execve(2). */
	io_prefault(here - STACK_USED, STACK_USED);
}

int io_arena(size_t text_len, struct capgate_arena *ret, struct capgate_error *err)
{
	size_t size = capgate_arena_for(text_len);
	void *block = io_block(size);

	if (!block)
		return capgate_fail_memory(err);
	capgate_arena_init(ret, block, size);
	return 0;
}

void io_arena_release(struct capgate_arena *arena)
{
	if (arena->base)
		munmap(arena->base, arena->size); /* base is the start of the mapping, because
						   * mmap aligns it */
	*arena = (struct capgate_arena){0};
}
