/* SPDX-License-Identifier: Apache-2.0 */
/* The programs and maps in the kernel. */
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
 * Loaded into the kernel, and attached: by the tracepoint cap_capable (Linux 6.13) or the
 * function of that name.  They are gone when this process has ended, unless they are
 * pinned.  rows: of each map of a learning run.  The error names what is missing: BTF,
 * privileges, lockdown, the version of the kernel.
 */
int kernel_load(enum load_purpose purpose, const struct bpf_settings *settings, unsigned rows,
		struct loaded *ret, struct capgate_error *err) CAPGATE_MUST;
/* The descriptor of a map. */
int load_map(const struct loaded *loaded, const char *name);
/* How often the kernel left out a program because it ran already on that processor. */
uint64_t load_missed(const struct loaded *loaded);
/* What has been loaded goes, but for what is pinned. */
void kernel_unload(struct loaded *loaded);

#endif
