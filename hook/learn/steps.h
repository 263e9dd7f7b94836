/* SPDX-License-Identifier: Apache-2.0 */
/* Which run it is, of how many, what is left out, and how long it may take. */
#ifndef LEARN_STEPS_H
#define LEARN_STEPS_H

#include "capgate.h"

struct steps {
	bool on, terminal, shown;
	size_t run, most;   /* most: 0: not known yet */
	int64_t one, begun; /* milliseconds */
	char words[256];
};

/* One line on a terminal that changes, else a line each, on standard error. */
void steps_begin(struct steps *steps, bool on);
/* So many runs at most are still to come, each about as long. */
void steps_plan(struct steps *steps, size_t most, int64_t milliseconds);
void steps_next(struct steps *steps, capgate_set without, capgate_set keep);
/* The same run, for the nth time. */
void steps_again(struct steps *steps, int nth);
void steps_end(struct steps *steps);

#endif
