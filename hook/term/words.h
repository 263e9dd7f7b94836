/* SPDX-License-Identifier: Apache-2.0 */
/* A buffer for text that is built as a whole before it is wrapped or quoted.  A long text is
 * cut. */
#ifndef WORDS_H
#define WORDS_H

#include "lib/base/base.h"

struct words {
	char buf[2048];
	struct capgate_out out;
};

/* Empties it, and returns where to write. */
static inline struct capgate_out *words_begin(struct words *w)
{
	w->out = (struct capgate_out){w->buf, sizeof(w->buf), 0};
	return &w->out;
}

/* What was written since; a view into w. */
static inline struct capgate_text words_text(const struct words *w)
{
	return capgate_out_text(&w->out);
}

#endif
