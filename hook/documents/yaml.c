/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml.h"

#include <string.h>
#include <yaml.h>

#include "lib/base/base.h"
#include "lib/json/json.h"

enum node_kind { NODE_SCALAR, NODE_MAP, NODE_LIST, NODE_ALIAS };

/* A node: a mapping's children are its keys and values in turn. */
struct node {
	enum node_kind kind;
	struct capgate_span at;
	struct capgate_text value; /* of a scalar; the name of an alias */
	struct capgate_text anchor;
	bool plain; /* a scalar without quotes or a tag that makes it a string */
	bool flow;
	bool open;                /* its end has not been read, or it is being written */
	size_t first, last, next; /* indices; 0: none */
};

#define ALIAS_NAME_MAX 128

struct reader {
	struct capgate_text text;
	struct capgate_arena *arena;
	struct capgate_error *err;
	yaml_parser_t parser;
	struct node *v;
	size_t n, room;
	size_t stack[CAPGATE_DEPTH_MAX + 1];
	unsigned depth;
	size_t aliases;
	size_t chars, bytes; /* the same place, as libyaml counts and as we do */
	size_t *roots, n_roots, roots_room;
};

/* ---- Places ------------------------------------------------------------------------------ */

/* libyaml counts characters. */
static size_t byte_of(struct reader *r, const yaml_mark_t *mark)
{
	if (mark->index < r->chars)
		r->chars = r->bytes = 0;
	while (r->chars < mark->index && r->bytes < r->text.len) {
		r->bytes++;
		while (r->bytes < r->text.len &&
		       ((unsigned char)r->text.p[r->bytes] & 0xc0) == 0x80)
			r->bytes++;
		r->chars++;
	}
	return r->bytes;
}

static int fail_at(struct reader *r, size_t pos, enum capgate_status code, enum capgate_rule rule,
		   const char *what)
{
	return capgate_fail(r->err, code, rule, pos, "%s", what);
}

static int fail_grammar(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const bool scanned = p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR;
	yaml_mark_t mark = p->problem_mark;

	if (p->error == YAML_MEMORY_ERROR)
		return capgate_fail_memory(r->err);
	return capgate_fail(r->err, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX,
			    scanned ? byte_of(r, &mark) : p->problem_offset,
			    "neither JSON nor YAML: %.120s", p->problem ? p->problem : "not valid");
}

/* ---- Events into nodes ---------------------------------------------------------------------- */

static int copy(struct reader *r, const void *p, size_t len, struct capgate_text *ret)
{
	char *to = capgate_arena_raw(r->arena, len ? len : 1);

	if (!to)
		return capgate_fail_memory(r->err);
	if (len)
		memcpy(to, p, len);
	*ret = (struct capgate_text){to, len};
	return 0;
}

static int copy_name(struct reader *r, const yaml_char_t *name, struct capgate_text *ret)
{
	return name ? copy(r, name, strlen((const char *)name), ret) : 0;
}

/* Appends to what is open, or as a document. */
static int link_node(struct reader *r, size_t i)
{
	struct node *parent;

	if (r->depth == 0) {
		if (capgate_arena_room(r->arena, (void **)&r->roots, &r->roots_room, r->n_roots + 1,
				       sizeof(*r->roots)) < 0)
			return capgate_fail_memory(r->err);
		r->roots[r->n_roots++] = i;
		return 0;
	}
	parent = &r->v[r->stack[r->depth - 1]];
	if (parent->last)
		r->v[parent->last].next = i;
	else
		parent->first = i;
	parent->last = i;
	return 0;
}

/* A tag of YAML's own, which the value's form decides, or "!": a string.  Others mean
 * something to one program only. */
static int check_tag(struct reader *r, const yaml_char_t *tag, struct node *node)
{
	static const char core[] = "tag:yaml.org,2002:";
	const char *t = (const char *)tag;

	if (!t)
		return 0;
	if (strcmp(t, "!") == 0 || strcmp(t, "tag:yaml.org,2002:str") == 0)
		node->plain = false;
	else if (strncmp(t, core, sizeof(core) - 1) != 0)
		return fail_at(r, node->at.off, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
			       "a tag that only the program it is for understands; pass what that "
			       "program prints (docker compose config, helm template)");
	return 0;
}

static int add_node(struct reader *r, const yaml_event_t *e, const struct node *node,
		    const yaml_char_t *anchor, size_t *ret)
{
	struct node added = *node;
	const size_t begin = byte_of(r, &e->start_mark);

	added.at = (struct capgate_span){begin, byte_of(r, &e->end_mark) - begin};
	if (copy_name(r, anchor, &added.anchor) < 0)
		return r->err->code;
	if (r->n == 0)
		r->n = 1; /* index 0 is none */
	if (capgate_arena_room(r->arena, (void **)&r->v, &r->room, r->n + 1, sizeof(*r->v)) < 0)
		return capgate_fail_memory(r->err);
	r->v[r->n] = added;
	*ret = r->n++;
	return link_node(r, *ret);
}

static int open_node(struct reader *r, const yaml_event_t *e, enum node_kind kind,
		     const yaml_char_t *anchor, const yaml_char_t *tag, bool flow)
{
	const struct node node = {.kind = kind, .flow = flow, .open = true};
	size_t i;

	if (r->depth == CAPGATE_DEPTH_MAX)
		return capgate_fail(r->err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
				    byte_of(r, &e->start_mark), "nested deeper than %d",
				    CAPGATE_DEPTH_MAX);
	if (add_node(r, e, &node, anchor, &i) < 0 || check_tag(r, tag, &r->v[i]) < 0)
		return r->err->code;
	r->stack[r->depth++] = i;
	return 0;
}

static void close_node(struct reader *r, const yaml_event_t *e)
{
	struct node *node = &r->v[r->stack[--r->depth]];
	size_t end = byte_of(r, &e->end_mark);

	/* What is not in brackets ends where the next thing begins. */
	if (!node->flow && node->last)
		end = r->v[node->last].at.off + r->v[node->last].at.len;
	if (end > node->at.off)
		node->at.len = end - node->at.off;
	node->open = false;
}

static int add_scalar(struct reader *r, const yaml_event_t *e)
{
	struct node node = {.kind = NODE_SCALAR,
			    .plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE};
	size_t i;

	if (copy(r, e->data.scalar.value, e->data.scalar.length, &node.value) < 0 ||
	    add_node(r, e, &node, e->data.scalar.anchor, &i) < 0)
		return r->err->code;
	return check_tag(r, e->data.scalar.tag, &r->v[i]);
}

static int add_alias(struct reader *r, const yaml_event_t *e)
{
	struct node node = {.kind = NODE_ALIAS};
	size_t i;

	if (++r->aliases > YAML_ALIASES_MAX)
		return capgate_fail(r->err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
				    byte_of(r, &e->start_mark), "more than %d aliases",
				    YAML_ALIASES_MAX);
	if (copy_name(r, e->data.alias.anchor, &node.value) < 0 ||
	    add_node(r, e, &node, NULL, &i) < 0)
		return r->err->code;
	/* The last anchor of that name before it; one document's are not another's. */
	for (size_t k = i; k-- > 1 && r->n_roots && k >= r->roots[r->n_roots - 1];) {
		if (!r->v[k].anchor.p || !capgate_text_equal(r->v[k].anchor, node.value))
			continue;
		if (r->v[k].open)
			return fail_at(r, r->v[i].at.off, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
				       "an alias that names what is around it");
		r->v[i].first = k;
		return 0;
	}
	return fail_at(r, r->v[i].at.off, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX,
		       "an alias of an anchor that is not there");
}

static int on_event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(r, e);
	case YAML_ALIAS_EVENT:
		return add_alias(r, e);
	case YAML_MAPPING_START_EVENT:
		return open_node(r, e, NODE_MAP, e->data.mapping_start.anchor,
				 e->data.mapping_start.tag,
				 e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(r, e, NODE_LIST, e->data.sequence_start.anchor,
				 e->data.sequence_start.tag,
				 e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		close_node(r, e);
		return 0;
	default:
		return 0;
	}
}

static int read_events(struct reader *r)
{
	bool more = true;
	int status = 0;

	while (status == 0 && more) {
		yaml_event_t e;

		if (!yaml_parser_parse(&r->parser, &e))
			return fail_grammar(r);
		more = e.type != YAML_STREAM_END_EVENT;
		status = on_event(r, &e);
		yaml_event_delete(&e);
	}
	return status;
}

/* ---- Nodes into JSON ------------------------------------------------------------------------- */

struct writer {
	struct reader *r;
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

/* As JSON writes numbers; others (octal, 1_000, .inf) are left as strings, which no
 * reader takes where it wants a number. */
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

static void write_scalar(struct writer *w, const struct node *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
	static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes",
					  "YES",  "on",   "On",   "ON",  NULL};
	static const char *const no[] = {"false", "False", "FALSE", "no",  "No",
					 "NO",    "off",   "Off",   "OFF", NULL};
	const struct capgate_text t = node->value;

	if (node->plain && is_one_of(t, nulls))
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

static size_t followed(const struct reader *r, size_t i)
{
	return r->v[i].kind == NODE_ALIAS ? r->v[i].first : i;
}

static bool is_merge(const struct reader *r, size_t key)
{
	return r->v[key].kind == NODE_SCALAR && r->v[key].plain &&
	       capgate_text_is(r->v[key].value, "<<");
}

/* The keys that one mapping has written, for those that are merged into it. */
#define MERGED_KEYS_MAX 256

struct keys {
	struct capgate_text v[MERGED_KEYS_MAX];
	size_t n;
};

static bool is_written(const struct keys *keys, struct capgate_text key)
{
	for (size_t i = 0; i < keys->n; i++)
		if (capgate_text_equal(keys->v[i], key))
			return true;
	return false;
}

static int write_pair(struct writer *w, size_t key, bool *any, unsigned depth)
{
	const struct node *k = &w->r->v[followed(w->r, key)];

	if (k->kind != NODE_SCALAR)
		return fail_at(w->r, w->r->v[key].at.off, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
			       "a key must be a scalar");
	capgate_out_string(&w->out, *any ? "," : "");
	*any = true;
	mark(w, w->r->v[key].at);
	capgate_out_json(&w->out, k->value);
	capgate_out_string(&w->out, ":");
	return write_node(w, w->r->v[key].next, depth);
}

static int merge(struct writer *w, size_t from, struct keys *keys, bool *any, unsigned depth);

/* Of a mapping that is merged: the keys that are not there yet, and then its own merges. */
static int merge_map(struct writer *w, size_t map, struct keys *keys, bool *any, unsigned depth)
{
	const struct reader *r = w->r;

	for (size_t key = r->v[map].first; key; key = r->v[r->v[key].next].next) {
		const struct capgate_text name = r->v[followed(r, key)].value;

		if (is_merge(r, key) || is_written(keys, name))
			continue;
		if (keys->n == MERGED_KEYS_MAX)
			return capgate_fail(r->err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
					    r->v[key].at.off, "more than %d keys are merged",
					    MERGED_KEYS_MAX);
		keys->v[keys->n++] = name;
		if (write_pair(w, key, any, depth) < 0)
			return r->err->code;
	}
	for (size_t key = r->v[map].first; key; key = r->v[r->v[key].next].next)
		if (is_merge(r, key) && merge(w, r->v[key].next, keys, any, depth + 1) < 0)
			return r->err->code;
	return 0;
}

/* A mapping, or a list of them of which the earlier ones count more. */
static int merge(struct writer *w, size_t from, struct keys *keys, bool *any, unsigned depth)
{
	const struct reader *r = w->r;
	const size_t what = followed(r, from);

	if (depth > CAPGATE_DEPTH_MAX)
		return fail_at(w->r, r->v[from].at.off, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
			       "merged too deep");
	if (r->v[what].kind == NODE_MAP)
		return merge_map(w, what, keys, any, depth);
	for (size_t i = r->v[what].kind == NODE_LIST ? r->v[what].first : 0; i; i = r->v[i].next) {
		const size_t map = followed(r, i);

		if (r->v[map].kind != NODE_MAP)
			return fail_at(w->r, r->v[i].at.off, CAPGATE_EINVALID,
				       CAPGATE_RULE_WRONG_TYPE, "only mappings can be merged");
		if (merge_map(w, map, keys, any, depth) < 0)
			return r->err->code;
	}
	if (r->v[what].kind != NODE_LIST)
		return fail_at(w->r, r->v[from].at.off, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
			       "only mappings can be merged");
	return 0;
}

static int write_merges(struct writer *w, size_t map, bool *any, unsigned depth)
{
	const struct reader *r = w->r;
	struct keys *keys = capgate_arena_raw(r->arena, sizeof(*keys));

	if (!keys)
		return capgate_fail_memory(r->err);
	keys->n = 0;
	for (size_t key = r->v[map].first; key; key = r->v[r->v[key].next].next) {
		if (is_merge(r, key))
			continue;
		if (keys->n == MERGED_KEYS_MAX)
			return capgate_fail(r->err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
					    r->v[key].at.off, "more than %d keys are merged",
					    MERGED_KEYS_MAX);
		keys->v[keys->n++] = r->v[followed(r, key)].value;
	}
	for (size_t key = r->v[map].first; key; key = r->v[r->v[key].next].next)
		if (is_merge(r, key) && merge(w, r->v[key].next, keys, any, depth) < 0)
			return r->err->code;
	return 0;
}

static int write_map(struct writer *w, size_t i, unsigned depth)
{
	const struct reader *r = w->r;
	bool any = false, merges = false;

	capgate_out_string(&w->out, "{");
	for (size_t key = r->v[i].first; key; key = r->v[r->v[key].next].next) {
		if (is_merge(r, key))
			merges = true;
		else if (write_pair(w, key, &any, depth + 1) < 0)
			return r->err->code;
	}
	if (merges) {
		/* The list of keys is only needed here. */
		const size_t used = r->arena->used;
		const int status = write_merges(w, i, &any, depth + 1);

		r->arena->used = used;
		if (status < 0)
			return status;
	}
	capgate_out_string(&w->out, "}");
	return 0;
}

static int write_list(struct writer *w, size_t i, unsigned depth)
{
	const struct reader *r = w->r;

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
	const struct node *node = &w->r->v[what];

	if (w->out.len > w->limit || depth > CAPGATE_DEPTH_MAX)
		return fail_at(w->r, w->r->v[i].at.off, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
			       "more than the limit, once aliases are followed");
	/* What an alias stands for is where it is written. */
	mark(w, node->at);
	if (node->kind == NODE_SCALAR)
		write_scalar(w, node);
	else if (node->kind == NODE_MAP)
		return write_map(w, what, depth);
	else
		return write_list(w, what, depth);
	return 0;
}

/* A document that is empty (as Helm writes them between its own) is none. */
static bool is_empty(const struct node *root)
{
	return root->kind == NODE_SCALAR && root->plain && root->value.len == 0;
}

static int write_all(struct writer *w)
{
	struct reader *r = w->r;

	for (size_t i = 0; i < r->n_roots; i++) {
		if (is_empty(&r->v[r->roots[i]]))
			continue;
		if (write_node(w, r->roots[i], 0) < 0)
			return r->err->code;
		capgate_out_string(&w->out, "\n");
	}
	return 0;
}

static int write_text(struct reader *r, size_t limit, struct yaml_text *ret)
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

int yaml_read(struct capgate_text text, size_t limit, struct capgate_arena *arena,
	      struct yaml_text *ret, struct capgate_error *err)
{
	struct reader r = {.text = text, .arena = arena, .err = err};
	int status = capgate_check_bytes(text, err);

	if (status < 0)
		return status;
	if (!yaml_parser_initialize(&r.parser))
		return capgate_fail_memory(err);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.len);
	status = read_events(&r);
	yaml_parser_delete(&r.parser);
	if (status == 0)
		status = write_text(&r, limit, ret);
	return status;
}

size_t yaml_arena_for(size_t text_len, size_t limit)
{
	/* Nodes, in a vector that doubles; and the JSON, one scalar beyond the limit, with a
	 * mark for every two bytes. */
	const size_t most = limit + text_len * 8;

	return ((size_t)1 << 20) + text_len * 4 * sizeof(struct node) + most +
	       (most / 2 + 1) * sizeof(struct yaml_mark);
}

struct capgate_span yaml_place(const struct yaml_text *yaml, size_t json)
{
	size_t low = 0, high = yaml->n_marks;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (yaml->marks[middle].json <= json)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? yaml->marks[low - 1].at : (struct capgate_span){0};
}
