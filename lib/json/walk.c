/* SPDX-License-Identifier: Apache-2.0 */
#include "walk.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/base.h"

/* ---- Keys as Go compares them -------------------------------------------- */

/* The next byte at *i after folding as in foldRune of Go's encoding/json, or -1 at the end:
 * ASCII lower case; U+017F (C5 BF) is s; U+212A (E2 84 AA) is k. */
static int next_folded(struct capgate_text t, size_t *i)
{
	const unsigned char *p = (const unsigned char *)t.p;
	size_t at = *i;

	if (at >= t.len)
		return -1;
	if (p[at] == 0xc5 && t.len - at >= 2 && p[at + 1] == 0xbf) {
		*i += 2;
		return 's';
	}
	if (p[at] == 0xe2 && t.len - at >= 3 && p[at + 1] == 0x84 && p[at + 2] == 0xaa) {
		*i += 3;
		return 'k';
	}
	*i += 1;
	return p[at] >= 'A' && p[at] <= 'Z' ? p[at] | 0x20 : p[at];
}

/* An order in which keys that fold to the same text are neighbours. */
static int compare_folded(struct capgate_text a, struct capgate_text b)
{
	size_t i = 0, j = 0;

	for (;;) {
		int x = next_folded(a, &i), y = next_folded(b, &j);

		if (x != y)
			return x < y ? -1 : 1;
		if (x < 0)
			return 0;
	}
}

/* Would Go's encoding/json treat the two keys as the same? */
static bool fold_equal(struct capgate_text a, struct capgate_text b)
{
	return compare_folded(a, b) == 0;
}

static int compare_exact(struct capgate_text a, struct capgate_text b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

/* ---- The place of the walk -------------------------------------------------------- */

/* Writes the place of the walk ("process.capabilities.bounding[3]"), with a NUL. */
static void walk_path(const struct capgate_walk *walk, char *buf, size_t size)
{
	struct capgate_out out = {buf, size ? size - 1 : 0, 0};
	char shown[128];

	for (unsigned d = 1; d <= walk->depth; d++) {
		const struct capgate_walk_frame *f = &walk->frame[d];

		if (f->is_array)
			capgate_out_format(&out, "[%zu]", f->index);
		else if (f->key.p)
			capgate_out_format(&out, "%s%s", out.len ? "." : "",
					   capgate_shown(f->key, 40, shown, sizeof(shown)));
	}
	if (size)
		buf[out.len < size ? out.len : size - 1] = '\0';
}

int capgate_walk_fail(const struct capgate_walk *walk, enum capgate_status code,
		      enum capgate_rule rule, size_t pos, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	capgate_vfail(walk->err, code, rule, pos, format, ap);
	va_end(ap);
	walk_path(walk, walk->err->path, sizeof(walk->err->path));
	return walk->err->code;
}

/* ---- Keys ------------------------------------------------------------------- */

static int fail_duplicate(struct capgate_walk *walk, const struct capgate_json_event *a,
			  const struct capgate_json_event *b)
{
	const struct capgate_json_event *later = a->at.off > b->at.off ? a : b;
	const struct capgate_json_event *first = later == a ? b : a;
	char x[100], y[100];

	walk->frame[walk->depth].key = later->text;
	if (capgate_text_equal(a->text, b->text))
		return capgate_walk_fail(
			walk, CAPGATE_EAMBIGUOUS, CAPGATE_RULE_DUPLICATE_KEY, later->at.off,
			"the key \"%s\" occurs twice in this object (first at byte %zu)",
			capgate_shown(later->text, 32, x, sizeof(x)), first->at.off);
	return capgate_walk_fail(
		walk, CAPGATE_EAMBIGUOUS, CAPGATE_RULE_LOOKALIKE_KEY, later->at.off,
		"some readers treat the keys \"%s\" and \"%s\" (byte %zu) as the same",
		capgate_shown(later->text, 32, x, sizeof(x)),
		capgate_shown(first->text, 32, y, sizeof(y)), first->at.off);
}

/* Two keys that begin with different ASCII letters are different for every reader. */
static bool differ_at_once(struct capgate_text a, struct capgate_text b)
{
	unsigned char x, y;

	if (a.len == 0 || b.len == 0)
		return false;
	x = (unsigned char)a.p[0];
	y = (unsigned char)b.p[0];
	return (x | y) < 0x80 && (x | 0x20) != (y | 0x20);
}

typedef int (*compare_keys)(struct capgate_text a, struct capgate_text b);

/* Bottom-up merge sort: n log n for any keys, and without malloc, which qsort uses.  Sorts v,
 * with w as spare; both have n items. */
static void sort_keys(struct capgate_json_event *v, struct capgate_json_event *w, size_t n,
		      compare_keys compare)
{
	struct capgate_json_event *from = v, *to = w;

	for (size_t run = 1; run < n; run *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * run) {
			size_t mid = lo + run < n ? lo + run : n,
			       hi = lo + 2 * run < n ? lo + 2 * run : n;
			size_t i = lo, j = mid;

			for (size_t k = lo; k < hi; k++) {
				bool left = i < mid &&
					    (j == hi || compare(from[i].text, from[j].text) <= 0);

				to[k] = left ? from[i++] : from[j++];
			}
		}
		struct capgate_json_event *swap = from;

		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
}

/* For up to this many keys, comparing all pairs is faster. */
#define FEW_KEYS 12

/* Not inlined into the code that runs for each value of a list. */
#define APART __attribute__((noinline))

/* At the end of an object, checks that no reader can treat two of its keys as the same. */
static int check_duplicates(struct capgate_walk *walk, struct capgate_walk_frame *frame)
{
	size_t n = walk->n_keys - frame->first_key;
	compare_keys compare =
		frame->shape && frame->shape->members ? compare_folded : compare_exact;
	struct capgate_json_event *v;

	if (n < 2)
		return 0;
	v = walk->keys + frame->first_key;
	if (n <= FEW_KEYS) {
		for (size_t i = 1; i < n; i++)
			for (size_t j = 0; j < i; j++)
				if (!differ_at_once(v[i].text, v[j].text) &&
				    compare(v[i].text, v[j].text) == 0)
					return fail_duplicate(walk, &v[j], &v[i]);
		return 0;
	}
	if (capgate_arena_room(walk->arena, (void **)&walk->spare, &walk->spare_capacity, n,
			       sizeof(*v)) < 0)
		return capgate_fail_memory(walk->err);
	sort_keys(v, walk->spare, n, compare);
	for (size_t i = 1; i < n; i++)
		if (compare(v[i - 1].text, v[i].text) == 0)
			return fail_duplicate(walk, &v[i - 1], &v[i]);
	return 0;
}

/* The member that is most similar to a misspelt key of a closed object, or NULL. */
static const char *nearest_member(const struct capgate_shape *shape, struct capgate_text key)
{
	const char *best = NULL;
	size_t best_distance = 3;

	for (const struct capgate_member *m = shape->members; m->name; m++) {
		size_t distance =
			capgate_text_distance(capgate_text_of(m->name), key, best_distance);

		if (distance < best_distance) {
			best = m->name;
			best_distance = distance;
		}
	}
	return best;
}

/* Like capgate_text_is(), but faster for names that mostly differ in the first letter. */
static bool is_named(struct capgate_text key, const char *name)
{
	size_t i = 0;

	while (i < key.len && name[i] && name[i] == key.p[i])
		i++;
	return i == key.len && name[i] == '\0';
}

static APART int enter_key(struct capgate_walk *walk, const struct capgate_json_event *event)
{
	struct capgate_walk_frame *frame = &walk->frame[walk->depth];
	const struct capgate_shape *shape = frame->shape;
	char shown[100];

	if (capgate_arena_room(walk->arena, (void **)&walk->keys, &walk->keys_capacity,
			       walk->n_keys + 1, sizeof(*event)) < 0)
		return capgate_fail_memory(walk->err);
	walk->keys[walk->n_keys++] = *event;
	frame->key = event->text;
	frame->next = shape ? shape->each : NULL;
	if (!shape || !shape->members)
		return 0;
	for (const struct capgate_member *m = shape->members; m->name; m++) {
		if (is_named(event->text, m->name)) {
			frame->next = m->shape;
			return 0;
		}
	}
	for (const struct capgate_member *m = shape->members; m->name; m++)
		if (fold_equal(event->text, capgate_text_of(m->name)))
			return capgate_walk_fail(
				walk, CAPGATE_EAMBIGUOUS, CAPGATE_RULE_LOOKALIKE_KEY, event->at.off,
				"some readers treat the key \"%s\" as \"%s\"",
				capgate_shown(event->text, 32, shown, sizeof(shown)), m->name);
	if (shape->closed) {
		const char *near = nearest_member(shape, event->text);

		return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
					 event->at.off, "unknown field \"%s\"%s%s%s",
					 capgate_shown(event->text, 32, shown, sizeof(shown)),
					 near ? "; did you mean \"" : "", near ? near : "",
					 near ? "\"?" : "");
	}
	return 0;
}

/* ---- Values ------------------------------------------------------------------- */

static const char *const kind_names[] = {
	[CAPGATE_JSON_NULL] = "null",        [CAPGATE_JSON_BOOL] = "true or false",
	[CAPGATE_JSON_NUMBER] = "a number",  [CAPGATE_JSON_STRING] = "a string",
	[CAPGATE_JSON_OBJECT] = "an object", [CAPGATE_JSON_ARRAY] = "an array",
};

static APART int fail_type(struct capgate_walk *walk, const struct capgate_shape *shape,
			   const struct capgate_json_event *event)
{
	const char *expected = shape->expected;

	for (int kind = CAPGATE_JSON_NULL; !expected && kind <= CAPGATE_JSON_ARRAY; kind++)
		if (kind != CAPGATE_JSON_NULL && shape->types & CAPGATE_TYPE(kind))
			expected = kind_names[kind];
	return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE, event->at.off,
				 "this must be %s, not %s", expected ? expected : "something else",
				 kind_names[event->kind]);
}

static const struct capgate_shape *shape_here(const struct capgate_walk *walk)
{
	const struct capgate_walk_frame *frame = &walk->frame[walk->depth];

	if (walk->depth == 0)
		return walk->root;
	if (frame->is_array)
		return frame->shape ? frame->shape->each : NULL;
	return frame->next;
}

static int call_visitor(struct capgate_walk *walk, const struct capgate_shape *shape,
			const struct capgate_json_event *event)
{
	if (!shape || !shape->field || !walk->visit)
		return 0;
	return walk->visit(walk->user, walk, shape->field, event);
}

static APART int leave(struct capgate_walk *walk, const struct capgate_json_event *event)
{
	struct capgate_walk_frame *frame = &walk->frame[walk->depth];
	struct capgate_json_event end = *event;
	const struct capgate_shape *shape = frame->shape;
	int status = 0;

	if (!frame->is_array) {
		status = check_duplicates(walk, frame);
		walk->n_keys = frame->first_key;
	}
	if (status < 0)
		return status;
	end.at =
		(struct capgate_span){frame->at.off, event->at.off + event->at.len - frame->at.off};
	walk->depth--;
	status = call_visitor(walk, shape, &end);
	walk->frame[walk->depth].index++;
	return status;
}

static APART void enter_container(struct capgate_walk *walk, const struct capgate_shape *shape,
				  const struct capgate_json_event *event)
{
	/* read.c keeps the depth within CAPGATE_DEPTH_MAX. */
	walk->frame[++walk->depth] = (struct capgate_walk_frame){
		.shape = shape,
		.at = event->at,
		.first_key = walk->n_keys,
		.is_array = event->kind == CAPGATE_JSON_ARRAY,
	};
}

static int on_event(void *user, const struct capgate_json_event *event)
{
	struct capgate_walk *walk = user;
	const struct capgate_shape *shape;
	int status;

	if (event->kind == CAPGATE_JSON_KEY)
		return enter_key(walk, event);
	if (event->kind == CAPGATE_JSON_END)
		return leave(walk, event);
	shape = shape_here(walk);
	if (shape && shape->types && !(shape->types & CAPGATE_TYPE(event->kind)))
		return fail_type(walk, shape, event);
	status = call_visitor(walk, shape, event);
	if (status < 0)
		return status;
	if (event->kind == CAPGATE_JSON_OBJECT || event->kind == CAPGATE_JSON_ARRAY)
		enter_container(walk, shape, event);
	else
		walk->frame[walk->depth].index++;
	return 0;
}

int capgate_walk_text(struct capgate_text text, struct capgate_json_options options,
		      const struct capgate_shape *root, struct capgate_arena *arena,
		      capgate_walk_visit visit, void *user, struct capgate_error *err)
{
	struct capgate_walk walk = {.text = text,
				    .arena = arena,
				    .err = err,
				    .root = root,
				    .visit = visit,
				    .user = user};
	int status = capgate_json_parse(text, options, arena, on_event, &walk, err);

	/* Syntax errors come from the parser, without a place: add it. */
	if (status < 0 && err->path[0] == '\0')
		walk_path(&walk, err->path, sizeof(err->path));
	return status;
}
