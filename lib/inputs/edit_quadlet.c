/* SPDX-License-Identifier: Apache-2.0 */
/* Edits Quadlet's files: removes words from AddCapability=, and adds a line DropCapability=. */
#include <string.h>

#include "lib/base/base.h"
#include "editor.h"

/* Is the line that ends there continued on the next one? */
static bool goes_on(struct capgate_text t, size_t line, size_t end)
{
	while (end > line && capgate_is_blank(t.p[end - 1]))
		end--;
	return end > line && t.p[end - 1] == '\\';
}

static bool is_comment(struct capgate_text t, size_t line)
{
	return line < t.len && (t.p[line] == '#' || t.p[line] == ';');
}

/* The assignment at pos, from its key to the end of its last continuation line.  Comments
 * between these lines are not part of it. */
static struct capgate_span assignment(struct capgate_text t, size_t pos)
{
	size_t from = 0, line = 0;
	bool inside = false;

	while (line < t.len) {
		const size_t end = capgate_editor_line_end(t, line);

		if (!is_comment(t, line)) {
			from = inside ? from : line;
			inside = goes_on(t, line, end);
			if (pos <= end && !inside)
				return (struct capgate_span){from, end - from};
		}
		line = end + 1;
	}
	return (struct capgate_span){from, t.len - from};
}

static bool adds(struct capgate_text t, size_t assignment)
{
	static const char key[] = "AddCapability";

	return t.len - assignment >= sizeof(key) &&
	       memcmp(t.p + assignment, key, sizeof(key) - 1) == 0;
}

static int remove_word(struct capgate_editor *e, const struct capgate_named *entry)
{
	const struct capgate_text t = e->text;
	const size_t line = capgate_editor_line_start(t, entry->at.off),
		     end = capgate_editor_line_end(t, entry->at.off);
	size_t from = entry->at.off, to = capgate_editor_end_of(entry);

	while (to < end && t.p[to] == ' ')
		to++;
	if (to == end) /* the last word, with the blanks before it */
		while (from > line && t.p[from - 1] == ' ')
			from--;
	return capgate_editor_add(e, from, to, (struct capgate_text){0});
}

/* Removes lines AddCapability= that would have no word left, because such a line resets the
 * list. */
static int remove_lines(struct capgate_editor *e, capgate_set forbidden)
{
	const struct capgate_places *p = &e->one->places;

	for (size_t i = 0; i < p->n_added;) {
		const struct capgate_span all = assignment(e->text, p->added[i].at.off);
		const size_t end = all.off + all.len;
		size_t k = i, leaving = 0;

		for (; k < p->n_added && p->added[k].at.off < end; k++)
			leaving += capgate_editor_leaves(&p->added[k], forbidden);
		if (leaving && !adds(e->text, all.off))
			return capgate_editor_by_hand(e, p->added[i].at.off,
						      "it is not a value of AddCapability=");
		if (leaving == k - i) {
			if (capgate_editor_add(e, all.off, end + (end < e->text.len),
					       (struct capgate_text){0}) < 0)
				return e->err->code;
			i = k;
			continue;
		}
		for (; i < k; i++)
			if (capgate_editor_leaves(&p->added[i], forbidden) &&
			    remove_word(e, &p->added[i]) < 0)
				return e->err->code;
	}
	return 0;
}

int capgate_edit_quadlet(struct capgate_editor *e, capgate_set forbidden, capgate_set given)
{
	const size_t header = capgate_editor_line_end(e->text, e->one->places.container.off);
	const struct capgate_insertion in = {.before = "DropCapability=",
					     .between = " ",
					     .quote = "",
					     .after = "",
					     .names = given,
					     .own_line = true};

	if (!capgate_set_empty(given) && header == e->text.len)
		return capgate_editor_by_hand(e, header, "its section is empty");
	if (!capgate_set_empty(given) && capgate_editor_insert(e, header + 1, &in) < 0)
		return e->err->code;
	return remove_lines(e, forbidden);
}
