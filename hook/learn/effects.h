/* SPDX-License-Identifier: Apache-2.0 */
/* The effects of each run outside the container, one line each, to which the user must agree. */
#ifndef LEARN_EFFECTS_H
#define LEARN_EFFECTS_H

#include "capgate.h"

#define EFFECTS_MAX 16
#define EFFECTS_LINE 512

struct effects {
	char line[EFFECTS_MAX][EFFECTS_LINE];
	size_t n;
	bool more; /* there are more than fit */
};

/* Adds a line: words, then what with visible control characters.  A long line is cut. */
void effects_add(struct effects *effects, const char *words, struct capgate_text what);
/* Adds all lines of other. */
void effects_join(struct effects *effects, const struct effects *other);
/* Makes the result of a confined process safe to read.  False if its count of lines is invalid. */
bool effects_end(struct effects *effects);

#endif
