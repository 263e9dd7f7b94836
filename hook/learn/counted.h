/* SPDX-License-Identifier: Apache-2.0 */
/* What the maps of recording hold at one time: see hook/marks. */
#ifndef LEARN_COUNTED_H
#define LEARN_COUNTED_H

#include "capgate.h"
#include "hook/marks/marks.h"

struct counted_run {
	uint64_t token;
	struct learn_begun begun;
};

struct counted_row {
	struct learn_key key;
	struct learn_value value;
};

struct counted {
	int begun, used, lost; /* maps, open */
	struct counted_run run[LEARN_MARKS];
	size_t n_runs;
	struct counted_row row[LEARN_ROWS];
	size_t n_rows;
	uint64_t n_lost;
};

/* Opens the maps.  CAPGATE_EIO: nothing records on this machine, and what to do. */
int counted_open(struct counted *counted, struct capgate_error *err) CAPGATE_MUST;
/* All that is in them now.  Runs first: what has ended has all its rows. */
void counted_read(struct counted *counted);
/* The rows and the run of a token that is in the store go from the maps. */
void counted_forget(const struct counted *counted, uint64_t token);

#endif
