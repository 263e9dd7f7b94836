/* SPDX-License-Identifier: Apache-2.0 */
/* What the maps in the kernel say about one container, as a table. */
#ifndef BPF_TALLY_H
#define BPF_TALLY_H

#include "hook/trace/trace.h"
#include "load.h"
#include "symbols.h"

/*
 * The rows, files and refusals of the container with that token.  Nothing but elements of
 * maps is read.  *lost: what the maps had no room for, of all containers.
 */
void tally(const struct loaded *loaded, const struct symbols *symbols, uint64_t token,
	   struct trace_table *ret, uint64_t *lost);

/* The token of the container that runs in this mount namespace; 0: none does. */
uint64_t tally_token(const struct loaded *loaded, uint64_t mntns);

#endif
