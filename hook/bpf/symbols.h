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
	} * all; /* sorted by address */
	size_t n;
	uint64_t begin, end;      /* the kernel itself, without modules and BPF */
	struct capgate_text text; /* contains the names */
};

/* Reads /proc/kallsyms.  CAPGATE_EIO if it hides addresses. */
int symbols_read(struct symbols *ret, struct capgate_error *err) CAPGATE_MUST;
/* Copies the name of the function at this address; "0x..." if there is none. */
void symbols_name(const struct symbols *symbols, uint64_t address, char *buf, size_t size);
/* Finds the functions that check without audit, or check the memory limit; see
 * trace_stack_noise(). */
void symbols_silencers(const struct symbols *symbols, unsigned long long ret[BPF_SILENCERS][2]);

#endif
