/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the BPF programs and maps. */
#ifndef BPF_LOAD_H
#define BPF_LOAD_H

#include "capgate.h"
#include "kernel.h"

#define LOAD_PROGRAMS 8

struct bpf_object;
struct bpf_link;

struct loaded {
	struct bpf_object *object;
	struct bpf_link *link[LOAD_PROGRAMS];
	size_t n_links;
};

enum load_purpose { LOAD_LEARN, LOAD_RECORD };

/*
 * Loads the programs and attaches them to the tracepoint cap_capable (Linux 6.13), or to the
 * function of that name.  They are removed when this process ends, unless they are pinned.
 * rows: the size of each map of a learning run.  The error names what is missing: BTF,
 * privileges, lockdown, or the version of the kernel.
 */
int kernel_load(enum load_purpose purpose, const struct bpf_settings *settings, unsigned rows,
		struct loaded *ret, struct capgate_error *err) CAPGATE_MUST;
/* The descriptor of a map. */
int load_map(const struct loaded *loaded, const char *name);
/* How often the kernel skipped a program because it was already running on that processor. */
uint64_t load_missed(const struct loaded *loaded);
/* Removes what was loaded, except for what is pinned. */
void kernel_unload(struct loaded *loaded);

#endif
