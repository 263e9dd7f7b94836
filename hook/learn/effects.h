/* SPDX-License-Identifier: Apache-2.0 */
/* What each run does outside the container, a line each, for people to agree to. */
#ifndef LEARN_EFFECTS_H
#define LEARN_EFFECTS_H

#include "capgate.h"

#define EFFECTS_MAX 16
#define EFFECTS_LINE 512

struct effects {
	char line[EFFECTS_MAX][EFFECTS_LINE];
	size_t n;
	bool more; /* than there is room for */
};

/* words, and what with its control characters shown; what is too long is cut. */
void effects_add(struct effects *effects, const char *words, struct capgate_text what);
/* All lines of other. */
void effects_join(struct effects *effects, const struct effects *other);
/* What a confined process wrote: ends each line.  False: it says that there are too many. */
bool effects_end(struct effects *effects);

#endif
