/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits compose files and Kubernetes objects, as YAML or JSON (which is YAML's flow style):
 * removes entries from the list of what is added, adds names to the list of what is dropped,
 * and sets privileged to false.
 */
#include <string.h>

#include "lib/base/base.h"
#include "editor.h"

/* ---- Entries that are removed -------------------- */

static size_t indent_of(struct capgate_text t, size_t line)
{
	size_t n = 0;

	while (line + n < t.len && t.p[line + n] == ' ')
		n++;
	return n;
}

static bool is_flow(struct capgate_text t, struct capgate_span at)
{
	return at.off < t.len && (t.p[at.off] == '{' || t.p[at.off] == '[');
}

static const struct capgate_text empty_list = {"[]", 2}, empty_value = {" []", 3};

/* Removes all entries; the empty list stays. */
static int empty_the_list(struct capgate_editor *e, const struct capgate_span *list)
{
	const struct capgate_places *p = &e->one->places;
	size_t from = list->off;

	if (is_flow(e->text, *list))
		return capgate_editor_add(e, list->off, list->off + list->len, empty_list);
	while (from > 0 && e->text.p[from - 1] != ':' && e->text.p[from - 1] != '#')
		from--;
	if (from == 0 || e->text.p[from - 1] != ':')
		return capgate_editor_by_hand(e, list->off, "a comment precedes its first entry");
	return capgate_editor_add(e, from, capgate_editor_end_of(&p->added[p->n_added - 1]),
				  empty_value);
}

static int remove_entry(struct capgate_editor *e, size_t i, bool last_ones, size_t kept_end)
{
	const struct capgate_places *p = &e->one->places;
	const struct capgate_named *entry = &p->added[i];

	if (!is_flow(e->text, p->add)) {
		const size_t end = capgate_editor_line_end(e->text, capgate_editor_end_of(entry));

		return capgate_editor_add(e, capgate_editor_line_start(e->text, entry->at.off),
					  end + (end < e->text.len), (struct capgate_text){0});
	}
	if (last_ones)
		return capgate_editor_add(e, kept_end,
					  capgate_editor_end_of(&p->added[p->n_added - 1]),
					  (struct capgate_text){0});
	return capgate_editor_add(e, entry->at.off, p->added[i + 1].at.off,
				  (struct capgate_text){0});
}

static int remove_entries(struct capgate_editor *e, capgate_set forbidden)
{
	const struct capgate_places *p = &e->one->places;
	size_t kept = 0, last_kept = 0;

	for (size_t i = 0; i < p->n_added; i++)
		if (!capgate_editor_leaves(&p->added[i], forbidden)) {
			kept++;
			last_kept = i;
		}
	if (kept == p->n_added)
		return 0;
	if (kept == 0)
		return empty_the_list(e, &p->add);
	for (size_t i = 0; i < p->n_added; i++) {
		const bool last_ones = i > last_kept;

		if (!capgate_editor_leaves(&p->added[i], forbidden))
			continue;
		if (remove_entry(e, i, last_ones, capgate_editor_end_of(&p->added[last_kept])) < 0)
			return e->err->code;
		if (last_ones && is_flow(e->text, p->add))
			break; /* one edit for all of them */
	}
	return 0;
}

/* ---- Names that are dropped -------------------- */

/* Is the line at pos a complete pair like "name: web", which the next line does not continue? */
static bool is_whole_pair(struct capgate_text t, size_t pos, size_t column)
{
	const size_t end = capgate_editor_line_end(t, pos), next = end < t.len ? end + 1 : end;
	const char *colon = memchr(t.p + pos, ':', end - pos);

	if (!colon || (size_t)(colon - t.p) + 2 >= end || colon[1] != ' ' ||
	    strchr("|>&*{[#!", colon[2]))
		return false;
	return end < t.len && (next >= t.len || t.p[next] == '\n' || t.p[next] == '#' ||
			       indent_of(t, next) <= column);
}

/* Inserts a member into a mapping: in flow style as the first member, otherwise on a new line
 * after or before the first pair. */
static int insert_member(struct capgate_editor *e, struct capgate_span map, const char *flow,
			 const char *block, const char *flow_after, const char *block_after,
			 capgate_set names)
{
	struct capgate_insertion in = {.between = ", ", .quote = "\"", .names = names};
	const size_t line = capgate_editor_line_start(e->text, map.off);

	if (map.off >= e->text.len)
		return capgate_editor_by_hand(e, CAPGATE_NOWHERE,
					      "its position in the document is not known");
	if (e->text.p[map.off] == '{') {
		size_t next = map.off + 1;

		while (next < e->text.len && strchr(" \t\r\n", e->text.p[next]))
			next++;
		in.before = flow;
		in.after = flow_after;
		if (next < e->text.len && e->text.p[next] != '}')
			in.after = flow_after[0] == ']' && flow_after[1] == '\0' ? "], "
				   : flow_after[2] == '\0'                       ? "]}, "
										 : "]}}, ";
		return capgate_editor_insert(e, map.off + 1, &in);
	}
	in.before = block;
	in.after = block_after;
	in.indent = map.off - line;
	if (is_whole_pair(e->text, map.off, in.indent)) {
		in.own_line = true;
		return capgate_editor_insert(e, capgate_editor_line_end(e->text, map.off) + 1, &in);
	}
	if (indent_of(e->text, line) == in.indent) {
		in.own_line = true;
		return capgate_editor_insert(e, line, &in);
	}
	in.line_after = true;
	return capgate_editor_insert(e, map.off, &in);
}

static int insert_entries(struct capgate_editor *e, struct capgate_span list, capgate_set names)
{
	struct capgate_insertion in = {
		.before = "", .between = ", ", .quote = "\"", .names = names};
	size_t next = list.off + 1;
	char between[80] = "\n";

	if (e->text.p[list.off] == '[') {
		while (next < e->text.len && strchr(" \t\r\n", e->text.p[next]))
			next++;
		in.after = next < e->text.len && e->text.p[next] != ']' ? ", " : "";
		return capgate_editor_insert(e, list.off + 1, &in);
	}
	in.indent = list.off - capgate_editor_line_start(e->text, list.off);
	if (in.indent > 64)
		return capgate_editor_by_hand(e, list.off, "its list is indented too far");
	memset(between + 1, ' ', in.indent);
	memcpy(between + 1 + in.indent, "- ", 3);
	in.before = "- ";
	in.between = between;
	in.after = "";
	if (indent_of(e->text, capgate_editor_line_start(e->text, list.off)) == in.indent) {
		in.own_line = true;
		return capgate_editor_insert(e, capgate_editor_line_start(e->text, list.off), &in);
	}
	in.line_after = true;
	return capgate_editor_insert(e, list.off, &in);
}

static bool is_of_word(struct capgate_text t, size_t pos)
{
	return pos < t.len && (t.p[pos] == '_' || (t.p[pos] >= 'A' && t.p[pos] <= 'Z') ||
			       (t.p[pos] >= 'a' && t.p[pos] <= 'z'));
}

/* Are the bytes at pos this name without CAP_?  A name with CAP_ has no effect in a pod. */
static bool is_named_at(struct capgate_text t, size_t pos, struct capgate_text name)
{
	return capgate_text_equal((struct capgate_text){t.p + pos, name.len}, name) &&
	       !(pos > 0 && is_of_word(t, pos - 1)) && !is_of_word(t, pos + name.len);
}

/* The capabilities that are not in the list yet, because Docker accepts no duplicates. */
static capgate_set not_listed(const struct capgate_editor *e, struct capgate_span list,
			      capgate_set names)
{
	capgate_set missing = {0};

	for (int c = -1; (c = capgate_set_next(names, c + 1)) >= 0;) {
		const struct capgate_text name = capgate_text_of(capgate_cap_info(c)->name + 4);
		bool listed = false;

		for (size_t i = list.off; !listed && i + name.len <= list.off + list.len; i++)
			listed = is_named_at(e->text, i, name);
		if (!listed)
			missing = capgate_set_or(missing, capgate_set_of(c));
	}
	return missing;
}

static int drop_names(struct capgate_editor *e, capgate_set names)
{
	const struct capgate_places *p = &e->one->places;

	names = not_listed(e, p->drop, names);
	if (capgate_set_empty(names))
		return 0;
	if (p->drop.len)
		return insert_entries(e, p->drop, names);
	if (e->one->dialect == CAPGATE_DIALECT_COMPOSE)
		return insert_member(e, p->container, "\"cap_drop\": [", "cap_drop: [", "]", "]",
				     names);
	if (p->capabilities.len)
		return insert_member(e, p->capabilities, "\"drop\": [", "drop: [", "]", "]", names);
	if (p->security.len)
		return insert_member(e, p->security, "\"capabilities\": {\"drop\": [",
				     "capabilities: {drop: [", "]}", "]}", names);
	return insert_member(e, p->container,
			     "\"securityContext\": {\"capabilities\": {\"drop\": [",
			     "securityContext: {capabilities: {drop: [", "]}}", "]}}", names);
}

int capgate_edit_yaml(struct capgate_editor *e, capgate_set forbidden, capgate_set given)
{
	const struct capgate_span *privileged = &e->one->places.privileged;

	if (privileged->len &&
	    capgate_editor_add(e, privileged->off, privileged->off + privileged->len,
			       capgate_text_of("false")) < 0)
		return e->err->code;
	if (remove_entries(e, forbidden) < 0)
		return e->err->code;
	return drop_names(e, given);
}
