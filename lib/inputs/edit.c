/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest edits of a document that take capabilities from a container: entries leave
 * the list of what is added, names join the list of what is dropped, privileged becomes
 * false.  Compose files and Kubernetes objects, as YAML or JSON (which is YAML's flow
 * style), and Quadlet's files.  Whoever applies them must read the result again, because an
 * odd style can spoil them.
 */
#include <string.h>

#include "lib/base/base.h"
#include "lib/json/json.h"

struct editor {
	struct capgate_text text;
	const struct capgate_inspected *one;
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_edit *v;
	size_t n, room;
};

static int add_edit(struct editor *e, size_t from, size_t to, struct capgate_text with)
{
	if (capgate_arena_room(e->arena, (void **)&e->v, &e->room, e->n + 1, sizeof(*e->v)) < 0)
		return capgate_fail_memory(e->err);
	e->v[e->n++] = (struct capgate_edit){{from, to - from}, with};
	return 0;
}

static int by_hand(struct editor *e, size_t pos, const char *why)
{
	return capgate_fail(e->err, CAPGATE_EINVALID, CAPGATE_RULE_NOT_EDITABLE, pos,
			    "this cannot be edited: %s", why);
}

/* A text that is made; p NULL: no memory. */
static struct capgate_text made(struct editor *e, const struct capgate_out *measure,
				void (*fill)(struct capgate_out *out, const void *user),
				const void *user)
{
	struct capgate_out out = {capgate_arena_alloc(e->arena, measure->len + 1), measure->len, 0};

	if (!out.p)
		return (struct capgate_text){0};
	fill(&out, user);
	return (struct capgate_text){out.p, out.len};
}

/* ---- Lines and lists -------------------- */

static size_t line_start(struct capgate_text t, size_t pos)
{
	while (pos > 0 && t.p[pos - 1] != '\n')
		pos--;
	return pos;
}

static size_t line_end(struct capgate_text t, size_t pos)
{
	while (pos < t.len && t.p[pos] != '\n')
		pos++;
	return pos;
}

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

static bool leaves(const struct capgate_named *entry, capgate_set forbidden)
{
	return entry->cap < 0 || capgate_set_has(forbidden, entry->cap);
}

static size_t end_of(const struct capgate_named *entry)
{
	return entry->at.off + entry->at.len;
}

static const struct capgate_text empty_list = {"[]", 2}, empty_value = {" []", 3};

/* All entries leave: the list stays, and is empty. */
static int empty_the_list(struct editor *e, const struct capgate_span *list)
{
	const struct capgate_places *p = &e->one->places;
	size_t from = list->off;

	if (is_flow(e->text, *list))
		return add_edit(e, list->off, list->off + list->len, empty_list);
	while (from > 0 && e->text.p[from - 1] != ':' && e->text.p[from - 1] != '#')
		from--;
	if (from == 0 || e->text.p[from - 1] != ':')
		return by_hand(e, list->off, "a comment precedes its first entry");
	return add_edit(e, from, end_of(&p->added[p->n_added - 1]), empty_value);
}

static int remove_entry(struct editor *e, size_t i, bool last_ones, size_t kept_end)
{
	const struct capgate_places *p = &e->one->places;
	const struct capgate_named *entry = &p->added[i];

	if (!is_flow(e->text, p->add)) {
		const size_t end = line_end(e->text, end_of(entry));

		return add_edit(e, line_start(e->text, entry->at.off), end + (end < e->text.len),
				(struct capgate_text){0});
	}
	if (last_ones)
		return add_edit(e, kept_end, end_of(&p->added[p->n_added - 1]),
				(struct capgate_text){0});
	return add_edit(e, entry->at.off, p->added[i + 1].at.off, (struct capgate_text){0});
}

static int remove_entries(struct editor *e, capgate_set forbidden)
{
	const struct capgate_places *p = &e->one->places;
	size_t kept = 0, last_kept = 0;

	for (size_t i = 0; i < p->n_added; i++)
		if (!leaves(&p->added[i], forbidden)) {
			kept++;
			last_kept = i;
		}
	if (kept == p->n_added)
		return 0;
	if (kept == 0)
		return empty_the_list(e, &p->add);
	for (size_t i = 0; i < p->n_added; i++) {
		const bool last_ones = i > last_kept;

		if (!leaves(&p->added[i], forbidden))
			continue;
		if (remove_entry(e, i, last_ones, end_of(&p->added[last_kept])) < 0)
			return e->err->code;
		if (last_ones && is_flow(e->text, p->add))
			break; /* one edit for all of them */
	}
	return 0;
}

/* ---- What is dropped -------------------- */

/* The opening of what goes in, the names, and what closes it. */
struct insertion {
	const char *before, *between, *quote, *after;
	capgate_set names;
	size_t indent;
	bool line_after; /* what stood there begins a line of its own */
	bool own_line;
};

static void out_blanks(struct capgate_out *out, size_t n)
{
	while (n-- > 0)
		capgate_out_string(out, " ");
}

static void fill_insertion(struct capgate_out *out, const void *user)
{
	const struct insertion *in = user;
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

static int insert(struct editor *e, size_t at, const struct insertion *in)
{
	struct capgate_out measure = {0};
	struct capgate_text with;

	fill_insertion(&measure, in);
	with = made(e, &measure, fill_insertion, in);
	return with.p ? add_edit(e, at, at, with) : capgate_fail_memory(e->err);
}

/* Whether the line at pos is a whole pair, as "name: web": the next one is no part of it. */
static bool is_whole_pair(struct capgate_text t, size_t pos, size_t column)
{
	const size_t end = line_end(t, pos), next = end < t.len ? end + 1 : end;
	const char *colon = memchr(t.p + pos, ':', end - pos);

	if (!colon || (size_t)(colon - t.p) + 2 >= end || colon[1] != ' ' ||
	    strchr("|>&*{[#!", colon[2]))
		return false;
	return end < t.len && (next >= t.len || t.p[next] == '\n' || t.p[next] == '#' ||
			       indent_of(t, next) <= column);
}

/* A member of a mapping: in brackets it comes first; on lines of its own it follows the
 * first pair, or precedes it. */
static int insert_member(struct editor *e, struct capgate_span map, const char *flow,
			 const char *block, const char *flow_after, const char *block_after,
			 capgate_set names)
{
	struct insertion in = {.between = ", ", .quote = "\"", .names = names};
	const size_t line = line_start(e->text, map.off);

	if (map.off >= e->text.len)
		return by_hand(e, CAPGATE_NOWHERE, "its place is not known");
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
		return insert(e, map.off + 1, &in);
	}
	in.before = block;
	in.after = block_after;
	in.indent = map.off - line;
	if (is_whole_pair(e->text, map.off, in.indent)) {
		in.own_line = true;
		return insert(e, line_end(e->text, map.off) + 1, &in);
	}
	if (indent_of(e->text, line) == in.indent) {
		in.own_line = true;
		return insert(e, line, &in);
	}
	in.line_after = true;
	return insert(e, map.off, &in);
}

static int insert_entries(struct editor *e, struct capgate_span list, capgate_set names)
{
	struct insertion in = {.before = "", .between = ", ", .quote = "\"", .names = names};
	size_t next = list.off + 1;
	char between[80] = "\n";

	if (e->text.p[list.off] == '[') {
		while (next < e->text.len && strchr(" \t\r\n", e->text.p[next]))
			next++;
		in.after = next < e->text.len && e->text.p[next] != ']' ? ", " : "";
		return insert(e, list.off + 1, &in);
	}
	in.indent = list.off - line_start(e->text, list.off);
	if (in.indent > 64)
		return by_hand(e, list.off, "its list is indented very far");
	memset(between + 1, ' ', in.indent);
	memcpy(between + 1 + in.indent, "- ", 3);
	in.before = "- ";
	in.between = between;
	in.after = "";
	if (indent_of(e->text, line_start(e->text, list.off)) == in.indent) {
		in.own_line = true;
		return insert(e, line_start(e->text, list.off), &in);
	}
	in.line_after = true;
	return insert(e, list.off, &in);
}

static bool is_of_word(struct capgate_text t, size_t pos)
{
	return pos < t.len && (t.p[pos] == '_' || (t.p[pos] >= 'A' && t.p[pos] <= 'Z') ||
			       (t.p[pos] >= 'a' && t.p[pos] <= 'z'));
}

/* Whether the bytes at pos are that name: not CAP_ before it, which has no effect in a pod. */
static bool is_named_at(struct capgate_text t, size_t pos, struct capgate_text name)
{
	return capgate_text_equal((struct capgate_text){t.p + pos, name.len}, name) &&
	       !(pos > 0 && is_of_word(t, pos - 1)) && !is_of_word(t, pos + name.len);
}

/* Of the names, those that the list has not; a list of Docker's may not have one twice. */
static capgate_set not_listed(const struct editor *e, struct capgate_span list, capgate_set names)
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

static int drop_names(struct editor *e, capgate_set names)
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

/* ---- Quadlet -------------------- */

/* Does the line that ends there go on in the next one? */
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

/* The assignment around pos, from its key to the end of the last line that continues it;
 * comments between such lines are no part of it. */
static struct capgate_span assignment(struct capgate_text t, size_t pos)
{
	size_t from = 0, line = 0;
	bool inside = false;

	while (line < t.len) {
		const size_t end = line_end(t, line);

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

static int remove_word(struct editor *e, const struct capgate_named *entry)
{
	const struct capgate_text t = e->text;
	const size_t line = line_start(t, entry->at.off), end = line_end(t, entry->at.off);
	size_t from = entry->at.off, to = end_of(entry);

	while (to < end && t.p[to] == ' ')
		to++;
	if (to == end) /* the last word: with the blanks before it */
		while (from > line && t.p[from - 1] == ' ')
			from--;
	return add_edit(e, from, to, (struct capgate_text){0});
}

/* An AddCapability= that is left without a word would take back all before it. */
static int remove_lines(struct editor *e, capgate_set forbidden)
{
	const struct capgate_places *p = &e->one->places;

	for (size_t i = 0; i < p->n_added;) {
		const struct capgate_span all = assignment(e->text, p->added[i].at.off);
		const size_t end = all.off + all.len;
		size_t k = i, leaving = 0;

		for (; k < p->n_added && p->added[k].at.off < end; k++)
			leaving += leaves(&p->added[k], forbidden);
		if (leaving && !adds(e->text, all.off))
			return by_hand(e, p->added[i].at.off, "it is no value of AddCapability=");
		if (leaving == k - i) {
			if (add_edit(e, all.off, end + (end < e->text.len),
				     (struct capgate_text){0}) < 0)
				return e->err->code;
			i = k;
			continue;
		}
		for (; i < k; i++)
			if (leaves(&p->added[i], forbidden) && remove_word(e, &p->added[i]) < 0)
				return e->err->code;
	}
	return 0;
}

static int edit_quadlet(struct editor *e, capgate_set forbidden, capgate_set given)
{
	const size_t header = line_end(e->text, e->one->places.container.off);
	const struct insertion in = {.before = "DropCapability=",
				     .between = " ",
				     .quote = "",
				     .after = "",
				     .names = given,
				     .own_line = true};

	if (!capgate_set_empty(given) && header == e->text.len)
		return by_hand(e, header, "its section is empty");
	if (!capgate_set_empty(given) && insert(e, header + 1, &in) < 0)
		return e->err->code;
	return remove_lines(e, forbidden);
}

/* ---- All of it -------------------- */

bool capgate_inspected_editable(const struct capgate_inspected *one)
{
	return one->dialect == CAPGATE_DIALECT_COMPOSE ||
	       (one->dialect == CAPGATE_DIALECT_QUADLET && !one->generated) ||
	       (one->dialect == CAPGATE_DIALECT_KUBERNETES &&
		strcmp(one->engine, "kubernetes") == 0);
}

int capgate_inspected_edit(struct capgate_text text, const struct capgate_inspected *one,
			   capgate_set forbidden, struct capgate_arena *arena,
			   struct capgate_edits *ret, struct capgate_error *err)
{
	struct editor e = {.text = text, .one = one, .arena = arena, .err = err};
	const capgate_set given = capgate_set_and(
		forbidden, capgate_profile_find(capgate_text_of("docker-default"))->caps);
	const struct capgate_span *privileged = &one->places.privileged;
	int status;

	if (one->dialect == CAPGATE_DIALECT_QUADLET) {
		status = edit_quadlet(&e, forbidden, given);
	} else {
		status = privileged->len
				 ? add_edit(&e, privileged->off, privileged->off + privileged->len,
					    capgate_text_of("false"))
				 : 0;
		if (status == 0)
			status = remove_entries(&e, forbidden);
		if (status == 0)
			status = drop_names(&e, given);
	}
	if (status < 0)
		return status;
	*ret = (struct capgate_edits){e.v, e.n};
	return 0;
}

static bool same_edit(const struct capgate_edit *a, const struct capgate_edit *b)
{
	return a->at.off == b->at.off && a->at.len == b->at.len &&
	       capgate_text_equal(a->with, b->with);
}

int capgate_edits_sort(struct capgate_edits *edits, struct capgate_error *err)
{
	size_t kept = 0;

	/* Few, and nearly in order. */
	for (size_t i = 1; i < edits->n; i++) {
		const struct capgate_edit moved = edits->v[i];
		size_t k = i;

		for (; k > 0 && edits->v[k - 1].at.off > moved.at.off; k--)
			edits->v[k] = edits->v[k - 1];
		edits->v[k] = moved;
	}
	for (size_t i = 0; i < edits->n; i++) {
		const struct capgate_edit *last = kept ? &edits->v[kept - 1] : NULL;

		if (last && same_edit(last, &edits->v[i]))
			continue; /* of two containers that share what an alias names */
		if (last && edits->v[i].at.off < last->at.off + last->at.len)
			return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NOT_EDITABLE,
					    edits->v[i].at.off,
					    "this cannot be edited: two containers share it");
		edits->v[kept++] = edits->v[i];
	}
	edits->n = kept;
	return 0;
}
