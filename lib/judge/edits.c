/* SPDX-License-Identifier: Apache-2.0 */
#include "edits.h"

#include <string.h>

#include "lib/base/base.h"

/* Edits are in the order of the text.  An insertion comes before a cut at the same position. */
static bool comes_after(const struct capgate_edit *e, size_t from, size_t to)
{
	return e->at.off > from || (e->at.off == from && e->at.len > 0 && from == to);
}

int capgate_plan_add(struct capgate_plan *p, size_t from, size_t to, struct capgate_text with)
{
	size_t i;

	if (capgate_arena_room(p->arena, (void **)&p->edits.v, &p->room, p->edits.n + 1,
			       sizeof(*p->edits.v)) < 0)
		return CAPGATE_ENOMEM;
	for (i = p->edits.n++; i > 0 && comes_after(&p->edits.v[i - 1], from, to); i--)
		p->edits.v[i] = p->edits.v[i - 1];
	p->edits.v[i] = (struct capgate_edit){{from, to - from}, with};
	return 0;
}

int capgate_plan_cut(struct capgate_plan *p, const struct capgate_span *before,
		     struct capgate_span first, struct capgate_span last,
		     const struct capgate_span *after)
{
	const struct capgate_text nothing = {"", 0};

	if (after)
		return capgate_plan_add(p, first.off, after->off, nothing);
	return capgate_plan_add(p, before ? capgate_end_of(*before) : first.off,
				capgate_end_of(last), nothing);
}

size_t capgate_element_before(struct capgate_text text, size_t off)
{
	while (off > 0 && capgate_is_blank(text.p[off - 1]))
		off--;
	if (off == 0 || text.p[off - 1] != ',')
		return 0;
	off--;
	while (off > 0 && capgate_is_blank(text.p[off - 1]))
		off--;
	return off;
}

size_t capgate_element_after(struct capgate_text text, size_t end)
{
	while (end < text.len && capgate_is_blank(text.p[end]))
		end++;
	if (end == text.len || text.p[end] != ',')
		return 0;
	end++;
	while (end < text.len && capgate_is_blank(text.p[end]))
		end++;
	return end;
}

int capgate_plan_cut_from(struct capgate_plan *p, struct capgate_text text,
			  struct capgate_span first, struct capgate_span last)
{
	const size_t before = capgate_element_before(text, first.off),
		     after = capgate_element_after(text, capgate_end_of(last));

	return capgate_plan_cut(p, before ? &(struct capgate_span){before, 0} : NULL, first, last,
				after ? &(struct capgate_span){after, 0} : NULL);
}

int capgate_plan_compose(struct capgate_plan *p, struct capgate_text *ret, const char *const *parts,
			 size_t n)
{
	size_t len = 0;
	char *text;

	for (size_t i = 0; i < n; i++)
		len += strlen(parts[i]);
	text = capgate_arena_alloc(p->arena, len + 1);
	if (!text)
		return CAPGATE_ENOMEM;
	*ret = (struct capgate_text){text, len};
	for (size_t i = 0; i < n; i++) {
		memcpy(text, parts[i], strlen(parts[i]));
		text += strlen(parts[i]);
	}
	return 0;
}
