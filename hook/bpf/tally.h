/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a table of what the maps say about one container. */
#ifndef BPF_TALLY_H
#define BPF_TALLY_H

#include "hook/trace/trace.h"
#include "load.h"
#include "symbols.h"

/*
 * Reads the rows, files and refusals of the container with this token.  Only reads elements of
 * maps.  *lost: how many events of all containers the maps had no room for.
 */
void tally(const struct loaded *loaded, const struct symbols *symbols, uint64_t token,
	   struct trace_table *ret, uint64_t *lost);

/* The token of the container in this mount namespace; 0 if there is none. */
uint64_t tally_token(const struct loaded *loaded, uint64_t mntns);

#endif
