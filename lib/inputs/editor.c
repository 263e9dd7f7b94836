/* SPDX-License-Identifier: Apache-2.0 */
/* Collects edits, and makes the texts that they insert. */
#include "editor.h"

#include "lib/base/base.h"

int capgate_editor_add(struct capgate_editor *e, size_t from, size_t to, struct capgate_text with)
{
	if (capgate_arena_room(e->arena, (void **)&e->v, &e->room, e->n + 1, sizeof(*e->v)) < 0)
		return capgate_fail_memory(e->err);
	e->v[e->n++] = (struct capgate_edit){{from, to - from}, with};
	return 0;
}

int capgate_editor_by_hand(struct capgate_editor *e, size_t pos, const char *why)
{
	return capgate_fail(e->err, CAPGATE_EINVALID, CAPGATE_RULE_NOT_EDITABLE, pos,
			    "this cannot be edited: %s", why);
}

/* Makes a text in the arena; p is NULL if there is no memory. */
static struct capgate_text made(struct capgate_editor *e, const struct capgate_out *measure,
				void (*fill)(struct capgate_out *out, const void *user),
				const void *user)
{
	struct capgate_out out = {capgate_arena_alloc(e->arena, measure->len + 1), measure->len, 0};

	if (!out.p)
		return (struct capgate_text){0};
	fill(&out, user);
	return (struct capgate_text){out.p, out.len};
}

size_t capgate_editor_line_start(struct capgate_text t, size_t pos)
{
	while (pos > 0 && t.p[pos - 1] != '\n')
		pos--;
	return pos;
}

size_t capgate_editor_line_end(struct capgate_text t, size_t pos)
{
	while (pos < t.len && t.p[pos] != '\n')
		pos++;
	return pos;
}

bool capgate_editor_leaves(const struct capgate_named *entry, capgate_set forbidden)
{
	return entry->cap < 0 || capgate_set_has(forbidden, entry->cap);
}

size_t capgate_editor_end_of(const struct capgate_named *entry)
{
	return entry->at.off + entry->at.len;
}

static void out_blanks(struct capgate_out *out, size_t n)
{
	while (n-- > 0)
		capgate_out_string(out, " ");
}

static void fill_insertion(struct capgate_out *out, const void *user)
{
	const struct capgate_insertion *in = user;
	bool first = true;

	if (in->own_line)
		out_blanks(out, in->indent);
	capgate_out_string(out, in->before);
	for (int c = -1; (c = capgate_set_next(in->names, c + 1)) >= 0; first = false)
		capgate_out_format(out, "%s%s%s%s", first ? "" : in->between, in->quote,
				   capgate_cap_info(c)->name + 4, in->quote);
	capgate_out_string(out, in->after);
	if (in->own_line)
		capgate_out_string(out, "\n");
	if (in->line_after) {
		capgate_out_string(out, "\n");
		out_blanks(out, in->indent);
	}
}

int capgate_editor_insert(struct capgate_editor *e, size_t at, const struct capgate_insertion *in)
{
	struct capgate_out measure = {0};
	struct capgate_text with;

	fill_insertion(&measure, in);
	with = made(e, &measure, fill_insertion, in);
	return with.p ? capgate_editor_add(e, at, at, with) : capgate_fail_memory(e->err);
}
