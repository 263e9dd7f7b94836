/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml.h"

#include <string.h>
#include <yaml.h>

#include "lib/base/base.h"
#include "lib/json/json.h"
#include "nodes.h"

struct reader {
	struct yaml_tree tree;
	struct capgate_text text;
	yaml_parser_t parser;
	size_t stack[CAPGATE_DEPTH_MAX + 1];
	unsigned depth;
	size_t aliases;
	size_t chars, bytes; /* the same place, as libyaml counts and as we do */
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

static int fail_grammar(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const bool scanned = p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR;
	yaml_mark_t mark = p->problem_mark;

	if (p->error == YAML_MEMORY_ERROR)
		return capgate_fail_memory(r->tree.err);
	return capgate_fail(r->tree.err, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX,
			    scanned ? byte_of(r, &mark) : p->problem_offset,
			    "neither JSON nor YAML: %.120s", p->problem ? p->problem : "not valid");
}

/* ---- Events into nodes ---------------------------------------------------------------------- */

static int copy(struct reader *r, const void *p, size_t len, struct capgate_text *ret)
{
	char *to = capgate_arena_raw(r->tree.arena, len ? len : 1);

	if (!to)
		return capgate_fail_memory(r->tree.err);
	if (len)
		memcpy(to, p, len);
	*ret = (struct capgate_text){to, len};
	return 0;
}

static int copy_name(struct reader *r, const yaml_char_t *name, struct capgate_text *ret)
{
	return name ? copy(r, name, strlen((const char *)name), ret) : 0;
}

/* Appends a node to the open node, or as a document. */
static int link_node(struct reader *r, size_t i)
{
	struct yaml_node *parent;

	if (r->depth == 0) {
		if (capgate_arena_room(r->tree.arena, (void **)&r->tree.roots, &r->tree.roots_room,
				       r->tree.n_roots + 1, sizeof(*r->tree.roots)) < 0)
			return capgate_fail_memory(r->tree.err);
		r->tree.roots[r->tree.n_roots++] = i;
		return 0;
	}
	parent = &r->tree.v[r->stack[r->depth - 1]];
	if (parent->last)
		r->tree.v[parent->last].next = i;
	else
		parent->first = i;
	parent->last = i;
	return 0;
}

/* A standard tag that only repeats what the form of the value says. */
static bool is_usual(const char *tag)
{
	static const char *const usual[] = {"null", "bool", "int", "float", "map", "seq", "merge"};
	static const char core[] = "tag:yaml.org,2002:";

	if (strncmp(tag, core, sizeof(core) - 1) != 0)
		return false;
	for (size_t i = 0; i < COUNT(usual); i++)
		if (strcmp(tag + sizeof(core) - 1, usual[i]) == 0)
			return true;
	return false;
}

/* "!" makes a string.  Others mean something to one program only, or hide what they say
 * ("!!binary"). */
static int check_tag(struct reader *r, const yaml_char_t *tag, struct yaml_node *node)
{
	const char *t = (const char *)tag;

	if (!t)
		return 0;
	if (strcmp(t, "!") == 0 || strcmp(t, "tag:yaml.org,2002:str") == 0)
		node->plain = false;
	else if (!is_usual(t))
		return capgate_fail(
			r->tree.err, CAPGATE_EINVALID, CAPGATE_RULE_NOT_TOLD, node->at.off,
			"only the program that reads this file understands this tag; pass the "
			"output of that program (docker compose config, helm template)");
	return 0;
}

static int add_node(struct reader *r, const yaml_event_t *e, const struct yaml_node *node,
		    const yaml_char_t *anchor, size_t *ret)
{
	struct yaml_node added = *node;
	const size_t begin = byte_of(r, &e->start_mark);

	added.at = (struct capgate_span){begin, byte_of(r, &e->end_mark) - begin};
	if (copy_name(r, anchor, &added.anchor) < 0)
		return r->tree.err->code;
	if (r->tree.n == 0)
		r->tree.n = 1; /* index 0 is none */
	if (capgate_arena_room(r->tree.arena, (void **)&r->tree.v, &r->tree.room, r->tree.n + 1,
			       sizeof(*r->tree.v)) < 0)
		return capgate_fail_memory(r->tree.err);
	r->tree.v[r->tree.n] = added;
	*ret = r->tree.n++;
	return link_node(r, *ret);
}

static int open_node(struct reader *r, const yaml_event_t *e, enum yaml_node_kind kind,
		     const yaml_char_t *anchor, const yaml_char_t *tag, bool flow)
{
	const struct yaml_node node = {.kind = kind, .flow = flow, .open = true};
	size_t i;

	if (r->depth == CAPGATE_DEPTH_MAX)
		return capgate_fail(r->tree.err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
				    byte_of(r, &e->start_mark), "nested deeper than %d",
				    CAPGATE_DEPTH_MAX);
	if (add_node(r, e, &node, anchor, &i) < 0 || check_tag(r, tag, &r->tree.v[i]) < 0)
		return r->tree.err->code;
	r->stack[r->depth++] = i;
	return 0;
}

static void close_node(struct reader *r, const yaml_event_t *e)
{
	struct yaml_node *node = &r->tree.v[r->stack[--r->depth]];
	size_t end = byte_of(r, &e->end_mark);

	/* A block node has no end of its own; use the end of its last child. */
	if (!node->flow && node->last)
		end = r->tree.v[node->last].at.off + r->tree.v[node->last].at.len;
	if (end > node->at.off)
		node->at.len = end - node->at.off;
	node->open = false;
}

static int add_scalar(struct reader *r, const yaml_event_t *e)
{
	struct yaml_node node = {.kind = NODE_SCALAR,
				 .plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE};
	size_t i;

	if (copy(r, e->data.scalar.value, e->data.scalar.length, &node.value) < 0 ||
	    add_node(r, e, &node, e->data.scalar.anchor, &i) < 0)
		return r->tree.err->code;
	return check_tag(r, e->data.scalar.tag, &r->tree.v[i]);
}

static int add_alias(struct reader *r, const yaml_event_t *e)
{
	struct yaml_node node = {.kind = NODE_ALIAS};
	size_t i;

	if (++r->aliases > YAML_ALIASES_MAX)
		return capgate_fail(r->tree.err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
				    byte_of(r, &e->start_mark), "more than %d aliases",
				    YAML_ALIASES_MAX);
	if (copy_name(r, e->data.alias.anchor, &node.value) < 0 ||
	    add_node(r, e, &node, NULL, &i) < 0)
		return r->tree.err->code;
	/* Finds the last anchor with this name before the alias, in the same document. */
	for (size_t k = i; k-- > 1 && r->tree.n_roots && k >= r->tree.roots[r->tree.n_roots - 1];) {
		if (!r->tree.v[k].anchor.p || !capgate_text_equal(r->tree.v[k].anchor, node.value))
			continue;
		if (r->tree.v[k].open)
			return capgate_fail(r->tree.err, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
					    r->tree.v[i].at.off,
					    "this alias refers to a node that contains it");
		r->tree.v[i].first = k;
		return 0;
	}
	return capgate_fail(r->tree.err, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX, r->tree.v[i].at.off,
			    "this alias refers to an anchor that does not exist");
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

int yaml_read(struct capgate_text text, size_t limit, struct capgate_arena *arena,
	      struct yaml_text *ret, struct capgate_error *err)
{
	struct reader r = {.tree = {.arena = arena, .err = err}, .text = text};
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
		status = yaml_write_json(&r.tree, limit, ret);
	return status;
}

size_t yaml_arena_for(size_t text_len, size_t limit)
{
	/* Nodes, in a vector that doubles; and the JSON, one scalar beyond the limit, with a
	 * mark for every two bytes. */
	const size_t most = limit + text_len * 8;

	return ((size_t)1 << 20) + text_len * 4 * sizeof(struct yaml_node) + most +
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
