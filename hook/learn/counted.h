/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the maps of the recorder in the kernel; see hook/marks. */
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

/* Opens the maps.  CAPGATE_EIO if no recorder is running; err says what to do. */
int counted_open(struct counted *counted, struct capgate_error *err) CAPGATE_MUST;
/* Reads everything in the maps.  Runs are read before rows, so that the rows of a run that has
 * ended are complete. */
void counted_read(struct counted *counted);
/* Deletes a run and its rows from the maps, after they were stored. */
void counted_forget(const struct counted *counted, uint64_t token);

#endif
