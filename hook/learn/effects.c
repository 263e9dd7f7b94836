/* SPDX-License-Identifier: Apache-2.0 */
#include "effects.h"

#include "lib/base/base.h"

void effects_add(struct effects *e, const char *words, struct capgate_text what)
{
	struct capgate_out out;

	if (e->n == EFFECTS_MAX) {
		e->more = true;
		return;
	}
	out = (struct capgate_out){e->line[e->n], sizeof(e->line[0]) - 1, 0};
	capgate_out_string(&out, words);
	capgate_out_visible(&out, what);
	e->line[e->n++][capgate_out_text(&out).len] = '\0';
}

void effects_join(struct effects *e, const struct effects *other)
{
	for (size_t i = 0; i < other->n; i++)
		effects_add(e, other->line[i], (struct capgate_text){0});
	e->more |= other->more;
}

bool effects_end(struct effects *e)
{
	for (size_t i = 0; i < EFFECTS_MAX; i++)
		e->line[i][EFFECTS_LINE - 1] = '\0';
	return e->n <= EFFECTS_MAX;
}
