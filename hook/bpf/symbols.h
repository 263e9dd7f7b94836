/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the kernel's functions. */
#ifndef BPF_SYMBOLS_H
#define BPF_SYMBOLS_H

#include "capgate.h"
#include "kernel.h"

struct symbols {
	struct symbol {
		uint64_t address;
		const char *name;
	} * all; /* by address */
	size_t n;
	uint64_t begin, end;      /* of the kernel itself, without modules and BPF */
	struct capgate_text text; /* that the names lie in */
};

/* From /proc/kallsyms.  CAPGATE_EIO when it hides addresses. */
int symbols_read(struct symbols *ret, struct capgate_error *err) CAPGATE_MUST;
/* "0x" and the address when no function is there. */
void symbols_name(const struct symbols *symbols, uint64_t address, char *buf, size_t size);
/* The functions that ask without audit, or about memory: see trace_stack_noise(). */
void symbols_silencers(const struct symbols *symbols, unsigned long long ret[BPF_SILENCERS][2]);

#endif
