/* SPDX-License-Identifier: Apache-2.0 */
/* Writes nodes as JSON.  Follows aliases and merge keys. */
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "nodes.h"

struct writer {
	struct yaml_tree *r;
	struct capgate_out out;
	struct yaml_mark *marks; /* NULL while it is measured */
	size_t n_marks;
	size_t limit;
};

static void mark(struct writer *w, struct capgate_span at)
{
	if (w->marks)
		w->marks[w->n_marks] = (struct yaml_mark){w->out.len, at};
	w->n_marks++;
}

static bool is_one_of(struct capgate_text t, const char *const *words)
{
	for (; *words; words++)
		if (capgate_text_is(t, *words))
			return true;
	return false;
}

static size_t digits(struct capgate_text t, size_t from)
{
	size_t n = from;

	while (n < t.len && t.p[n] >= '0' && t.p[n] <= '9')
		n++;
	return n - from;
}

/* Is it a number in JSON's form?  Others (octal, 1_000, .inf) become strings, which no reader
 * accepts instead of a number. */
static bool is_number(struct capgate_text t)
{
	size_t i = t.len && t.p[0] == '-', n = digits(t, i);

	if (n == 0 || (n > 1 && t.p[i] == '0'))
		return false;
	i += n;
	if (i < t.len && t.p[i] == '.') {
		n = digits(t, i + 1);
		if (n == 0)
			return false;
		i += n + 1;
	}
	if (i < t.len && (t.p[i] == 'e' || t.p[i] == 'E')) {
		i++;
		i += i < t.len && (t.p[i] == '+' || t.p[i] == '-');
		n = digits(t, i);
		if (n == 0)
			return false;
		i += n;
	}
	return i == t.len;
}

static bool is_null(const struct yaml_node *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};

	return node->kind == NODE_SCALAR && node->plain && is_one_of(node->value, nulls);
}

static void write_scalar(struct writer *w, const struct yaml_node *node)
{
	static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes",
					  "YES",  "on",   "On",   "ON",  NULL};
	static const char *const no[] = {"false", "False", "FALSE", "no",  "No",
					 "NO",    "off",   "Off",   "OFF", NULL};
	const struct capgate_text t = node->value;

	if (is_null(node))
		capgate_out_string(&w->out, "null");
	else if (node->plain && is_one_of(t, yes))
		capgate_out_string(&w->out, "true");
	else if (node->plain && is_one_of(t, no))
		capgate_out_string(&w->out, "false");
	else if (node->plain && is_number(t))
		capgate_out_bytes(&w->out, t.p, t.len);
	else
		capgate_out_json(&w->out, t);
}

static int write_node(struct writer *w, size_t i, unsigned depth);

static size_t followed(const struct yaml_tree *r, size_t i)
{
	return r->v[i].kind == NODE_ALIAS ? r->v[i].first : i;
}

static bool is_merge(const struct yaml_tree *r, size_t key)
{
	return r->v[key].kind == NODE_SCALAR && capgate_text_is(r->v[key].value, "<<");
}

/* The keys that one mapping has written, for those that are merged into it: each the key of
 * the mapping where it stands. */
#define MERGED_KEYS_MAX 256

struct merged_key {
	struct capgate_text name;
	size_t key, map;
};

struct keys {
	struct merged_key v[MERGED_KEYS_MAX];
	size_t n;
};

/* The mappings that are being merged, and the key by which each is, outwards. */
struct merging {
	size_t map, key;
	const struct merging *up;
};

static const struct merged_key *find_written(const struct keys *keys, struct capgate_text name)
{
	for (size_t i = 0; i < keys->n; i++)
		if (capgate_text_equal(keys->v[i].name, name))
			return &keys->v[i];
	return NULL;
}

static int add_written(const struct yaml_tree *r, size_t map, size_t key, struct keys *keys)
{
	if (keys->n == MERGED_KEYS_MAX)
		return capgate_fail(r->err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, r->v[key].at.off,
				    "more than %d keys are merged", MERGED_KEYS_MAX);
	keys->v[keys->n++] = (struct merged_key){r->v[followed(r, key)].value, key, map};
	return 0;
}

static bool is_same_value(const struct yaml_tree *r, size_t key, size_t other)
{
	const size_t a = followed(r, r->v[key].next), b = followed(r, r->v[other].next);

	return a == b ||
	       (r->v[a].kind == NODE_SCALAR && r->v[b].kind == NODE_SCALAR &&
		r->v[a].plain == r->v[b].plain && capgate_text_equal(r->v[a].value, r->v[b].value));
}

/* Of a key that is written already: for kubectl a merge replaces what stands before it in
 * its mapping, for others it never does.  Nodes are numbered in their order. */
static int check_order(const struct yaml_tree *r, const struct merged_key *before, size_t key,
		       const struct merging *merging)
{
	for (const struct merging *m = merging; m; m = m->up)
		if (before->map == m->map && before->key < m->key &&
		    !is_same_value(r, before->key, key))
			return capgate_fail(r->err, CAPGATE_EINVALID, CAPGATE_RULE_NOT_TOLD,
					    r->v[m->key].at.off,
					    "some programs replace a key above by what is merged "
					    "here, others do not; write << first");
	return 0;
}

/* Finds the merge key of a mapping.  Sets 0 if it has none. */
static int find_merge(const struct yaml_tree *r, size_t map, size_t *ret)
{
	*ret = 0;
	for (size_t key = r->v[map].first; key; key = r->v[r->v[key].next].next) {
		if (!is_merge(r, key))
			continue;
		if (*ret)
			return capgate_fail(r->err, CAPGATE_EINVALID, CAPGATE_RULE_DUPLICATE_KEY,
					    r->v[key].at.off, "<< occurs twice in this mapping");
		if (!r->v[key].plain)
			return capgate_fail(r->err, CAPGATE_EINVALID, CAPGATE_RULE_NOT_TOLD,
					    r->v[key].at.off,
					    "some programs merge here, others do not; write << "
					    "without quotes and tags");
		*ret = key;
	}
	return 0;
}

static int write_pair(struct writer *w, size_t key, bool *any, unsigned depth)
{
	const struct yaml_node *k = &w->r->v[followed(w->r, key)];

	if (k->kind != NODE_SCALAR)
		return capgate_fail(w->r->err, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
				    w->r->v[key].at.off, "a key must be a scalar");
	capgate_out_string(&w->out, *any ? "," : "");
	*any = true;
	mark(w, w->r->v[key].at);
	capgate_out_json(&w->out, k->value);
	capgate_out_string(&w->out, ":");
	return write_node(w, w->r->v[key].next, depth);
}

static int merge(struct writer *w, const struct merging *by, struct keys *keys, bool *any,
		 unsigned depth);

/* Of a mapping that is merged: the keys that are not there yet, and then its own merges. */
static int merge_map(struct writer *w, size_t map, const struct merging *by, struct keys *keys,
		     bool *any, unsigned depth)
{
	const struct yaml_tree *r = w->r;
	struct merging inner = {.map = map, .up = by};

	if (find_merge(r, map, &inner.key) < 0)
		return r->err->code;
	for (size_t key = r->v[map].first; key; key = r->v[r->v[key].next].next) {
		const struct merged_key *before;

		if (key == inner.key)
			continue;
		before = find_written(keys, r->v[followed(r, key)].value);
		if (before && check_order(r, before, key, by) < 0)
			return r->err->code;
		if (!before &&
		    (add_written(r, map, key, keys) < 0 || write_pair(w, key, any, depth) < 0))
			return r->err->code;
	}
	return inner.key ? merge(w, &inner, keys, any, depth + 1) : 0;
}

/* A mapping, or a list of them of which the earlier ones count more. */
static int merge(struct writer *w, const struct merging *by, struct keys *keys, bool *any,
		 unsigned depth)
{
	const struct yaml_tree *r = w->r;
	const size_t from = r->v[by->key].next, what = followed(r, from);

	if (depth > CAPGATE_DEPTH_MAX)
		return capgate_fail(w->r->err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
				    r->v[from].at.off, "merge keys are nested too deep");
	if (r->v[what].kind == NODE_MAP)
		return merge_map(w, what, by, keys, any, depth);
	for (size_t i = r->v[what].kind == NODE_LIST ? r->v[what].first : 0; i; i = r->v[i].next) {
		const size_t map = followed(r, i);

		if (r->v[map].kind != NODE_MAP)
			return capgate_fail(w->r->err, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
					    r->v[i].at.off, "only mappings can be merged");
		if (merge_map(w, map, by, keys, any, depth) < 0)
			return r->err->code;
	}
	if (r->v[what].kind != NODE_LIST)
		return capgate_fail(w->r->err, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
				    r->v[from].at.off, "only mappings can be merged");
	return 0;
}

static int write_merges(struct writer *w, const struct merging *by, bool *any, unsigned depth)
{
	const struct yaml_tree *r = w->r;
	struct keys *keys = capgate_arena_raw(r->arena, sizeof(*keys));

	if (!keys)
		return capgate_fail_memory(r->err);
	keys->n = 0;
	for (size_t key = r->v[by->map].first; key; key = r->v[r->v[key].next].next)
		if (key != by->key && add_written(r, by->map, key, keys) < 0)
			return r->err->code;
	return merge(w, by, keys, any, depth);
}

static int write_map(struct writer *w, size_t i, unsigned depth)
{
	const struct yaml_tree *r = w->r;
	struct merging by = {.map = i};
	bool any = false;

	if (find_merge(r, i, &by.key) < 0)
		return r->err->code;
	capgate_out_string(&w->out, "{");
	for (size_t key = r->v[i].first; key; key = r->v[r->v[key].next].next)
		if (key != by.key && write_pair(w, key, &any, depth + 1) < 0)
			return r->err->code;
	if (by.key) {
		/* The list of keys is only needed here. */
		const size_t used = r->arena->used;
		const int status = write_merges(w, &by, &any, depth + 1);

		r->arena->used = used;
		if (status < 0)
			return status;
	}
	capgate_out_string(&w->out, "}");
	return 0;
}

static int write_list(struct writer *w, size_t i, unsigned depth)
{
	const struct yaml_tree *r = w->r;

	capgate_out_string(&w->out, "[");
	for (size_t k = r->v[i].first; k; k = r->v[k].next) {
		if (k != r->v[i].first)
			capgate_out_string(&w->out, ",");
		if (write_node(w, k, depth + 1) < 0)
			return r->err->code;
	}
	capgate_out_string(&w->out, "]");
	return 0;
}

static int write_node(struct writer *w, size_t i, unsigned depth)
{
	const size_t what = followed(w->r, i);
	const struct yaml_node *node = &w->r->v[what];

	if (w->out.len > w->limit || depth > CAPGATE_DEPTH_MAX)
		return capgate_fail(w->r->err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
				    w->r->v[i].at.off,
				    "larger than the limit after aliases are expanded");
	/* The value of an alias has the place where it is written. */
	mark(w, node->at);
	if (node->kind == NODE_SCALAR)
		write_scalar(w, node);
	else if (node->kind == NODE_MAP)
		return write_map(w, what, depth);
	else
		return write_list(w, what, depth);
	return 0;
}

static int write_all(struct writer *w)
{
	struct yaml_tree *r = w->r;

	for (size_t i = 0; i < r->n_roots; i++) {
		/* Helm writes empty documents between others. kubectl skips them, too. */
		if (is_null(&r->v[r->roots[i]]))
			continue;
		if (write_node(w, r->roots[i], 0) < 0)
			return r->err->code;
		capgate_out_string(&w->out, "\n");
	}
	return 0;
}

int yaml_write_json(struct yaml_tree *r, size_t limit, struct yaml_text *ret)
{
	struct writer measure = {.r = r, .limit = limit}, w = {.r = r, .limit = limit};

	if (write_all(&measure) < 0)
		return r->err->code;
	w.out = (struct capgate_out){capgate_arena_raw(r->arena, measure.out.len + 1),
				     measure.out.len, 0};
	w.marks = capgate_arena_raw(r->arena, (measure.n_marks + 1) * sizeof(*w.marks));
	if (!w.out.p || !w.marks)
		return capgate_fail_memory(r->err);
	if (write_all(&w) < 0)
		return r->err->code;
	*ret = (struct yaml_text){{w.out.p, w.out.len}, w.marks, w.n_marks};
	return 0;
}
