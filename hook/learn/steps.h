/* SPDX-License-Identifier: Apache-2.0 */
/* Shows the progress: the number of the run, what is left out, and how long the rest may take. */
#ifndef LEARN_STEPS_H
#define LEARN_STEPS_H

#include "capgate.h"

struct steps {
	bool on, terminal, shown;
	size_t run, most;   /* most is 0 until it is known */
	int64_t one, begun; /* milliseconds */
	char words[256];
};

/* Shows one line that changes on a terminal, otherwise a line for each run, on standard error. */
void steps_begin(struct steps *steps, bool on);
/* Sets how many runs follow at most, and about how long each takes. */
void steps_plan(struct steps *steps, size_t most, int64_t milliseconds);
void steps_next(struct steps *steps, capgate_set without, capgate_set keep);
/* Shows that the same run is tried for the nth time. */
void steps_again(struct steps *steps, int nth);
void steps_end(struct steps *steps);

#endif
