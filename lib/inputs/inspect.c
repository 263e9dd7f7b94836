/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a text that is not a specification: one document, several in a row (`docker inspect -f
 * '{{json .}}'` prints one on each line), or an array of documents.  Each document is scanned
 * once for the members that identify its kind, and then read as that kind.
 */
#include "kinds.h"
#include "unit.h"
#include "words.h"

#include <string.h>

#include "lib/base/base.h"

/* The most entries of an array or documents in a row.  No machine has more. */
#define DOCUMENTS_MAX 100000

struct scan {
	struct capgate_text text;
	size_t base; /* the position of the scanned value */
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_requests *done;
	struct capgate_marks marks;
	struct capgate_text parent, key, inner_key, any_key; /* any_key: the last one at any
							      * depth */
	unsigned depth;                                      /* objects and arrays around the
							      * next value */
	unsigned outermost;  /* depth within a document's object: 1, or 2 in an array */
	size_t begin, inner; /* where the document, or the specification in it, begins */
	size_t n;
	bool comments; /* it has comments */
	bool relaxed;  /* see without_commas() */
	bool placed;   /* the error's position is already one in the whole text */
};

/* ---- One document ------------------------------------------------------------------------- */

/* Is the current member one that contains a whole specification? */
static bool holds_specification(const struct scan *s)
{
	const unsigned d = s->depth - s->outermost;

	return (d == 0 && capgate_text_is(s->key, "Spec")) ||
	       (d == 1 && capgate_text_is(s->parent, "info") &&
		capgate_text_is(s->inner_key, "runtimeSpec"));
}

static int finish_document(struct scan *s, size_t end)
{
	const struct capgate_document document = {.text = {s->text.p + s->begin, end - s->begin},
						  .base = s->base + s->begin,
						  .workloads = capgate_marks_workloads(&s->marks),
						  .relaxed = s->relaxed};

	if (++s->n > DOCUMENTS_MAX)
		return capgate_fail(s->err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, document.base,
				    "more than %d documents in one text", DOCUMENTS_MAX);
	return capgate_kind_read(&document, &s->marks, s->arena, s->done, s->err);
}

static void see_value(struct scan *s, const struct capgate_json_event *e)
{
	const struct capgate_text none = {0};

	if (s->depth == s->outermost)
		capgate_marks_see(&s->marks, none, s->key, e);
	else if (s->depth == s->outermost + 1)
		capgate_marks_see(&s->marks, s->parent, s->inner_key, e);
	if (s->depth == s->outermost && e->kind == CAPGATE_JSON_STRING &&
	    (capgate_text_is(s->key, "Id") || capgate_text_is(s->key, "ID") ||
	     capgate_text_is(s->key, "id")))
		s->marks.id = e->text;
}

static int fail_type(struct scan *s, const struct capgate_json_event *e)
{
	return capgate_fail(s->err, CAPGATE_EINVALID, CAPGATE_RULE_OTHER_DOCUMENT,
			    s->base + e->at.off,
			    "a document must be an object, or an array of objects");
}

static int see_begin(struct scan *s, const struct capgate_json_event *e)
{
	const struct capgate_text key = s->any_key;

	s->any_key = (struct capgate_text){0}; /* what it contains is not its value */
	if (s->depth == 0 && e->kind == CAPGATE_JSON_ARRAY) {
		s->outermost = 2;
	} else if (s->depth + 1 == s->outermost && e->kind == CAPGATE_JSON_ARRAY) {
		return fail_type(s, e);
	} else if (s->depth + 1 == s->outermost) {
		s->marks = (struct capgate_marks){0};
		s->marks.has[CAPGATE_M_COMMENTS] = s->comments;
		s->begin = e->at.off;
	} else {
		see_value(s, e);
		capgate_marks_see_any(&s->marks, key, e);
		if (s->depth >= s->outermost && e->kind == CAPGATE_JSON_OBJECT &&
		    holds_specification(s))
			s->inner = e->at.off;
		if (s->depth == s->outermost)
			s->parent = s->key;
	}
	s->depth++;
	return 0;
}

static int see_end(struct scan *s, const struct capgate_json_event *e)
{
	const size_t end = e->at.off + e->at.len;

	s->depth--;
	s->any_key = (struct capgate_text){0};
	if (s->depth + 1 == s->outermost)
		return finish_document(s, end);
	if (s->depth >= s->outermost && s->inner > s->begin && holds_specification(s))
		s->marks.inner = (struct capgate_span){s->inner - s->begin, end - s->inner};
	return 0;
}

static int see(struct scan *s, const struct capgate_json_event *e)
{
	switch (e->kind) {
	case CAPGATE_JSON_KEY:
		if (s->depth == s->outermost)
			s->key = e->text;
		else if (s->depth == s->outermost + 1)
			s->inner_key = e->text;
		s->any_key = e->text;
		return 0;
	case CAPGATE_JSON_OBJECT:
	case CAPGATE_JSON_ARRAY:
		return see_begin(s, e);
	case CAPGATE_JSON_END:
		return see_end(s, e);
	default:
		if (s->depth < s->outermost)
			return fail_type(s, e);
		see_value(s, e);
		return 0;
	}
}

static int on_event(void *user, const struct capgate_json_event *e)
{
	struct scan *s = user;

	if (see(s, e) == 0)
		return 0;
	s->placed = true;
	return s->err->code;
}

/* ---- Several in a row ------------------------------------------------------------------------ */

/* Where the blanks and comments at i end. */
static size_t skip_blanks(struct capgate_text t, size_t i)
{
	while (i < t.len) {
		const char *end = t.p + i + 1;

		if (capgate_is_blank(t.p[i])) {
			i++;
			continue;
		}
		if (t.p[i] != '/' || i + 1 == t.len)
			return i;
		if (t.p[i + 1] == '/')
			end = memchr(t.p + i, '\n', t.len - i);
		else if (t.p[i + 1] == '*')
			end = memmem(t.p + i + 2, t.len - i - 2, "*/", 2);
		else
			return i;
		i = end ? (size_t)(end - t.p) + 1 + (t.p[i + 1] == '*') : t.len;
	}
	return i;
}

/* The end of the value that begins at from.  This only counts strings and brackets; the strict
 * reader checks the content. */
static size_t value_end(struct capgate_text t, size_t from)
{
	size_t depth = 0;
	bool string = false;

	for (size_t i = from; i < t.len; i++) {
		const char c = t.p[i];

		if (string) {
			i += c == '\\';
			string = c != '"';
		} else if (c == '"') {
			string = true;
		} else if (c == '/') {
			const size_t next = skip_blanks(t, i);

			i = next > i ? next - 1 : i;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) {
			return i + 1;
		}
	}
	return t.len;
}

/*
 * Copies the text with a blank for each comma before a closing bracket, which editors accept in
 * devcontainer.json.  Empty if there is none, or without memory.
 */
static struct capgate_text without_commas(struct capgate_text t, struct capgate_arena *arena)
{
	char *to = capgate_arena_raw(arena, t.len);
	bool string = false, any = false;

	if (!to)
		return (struct capgate_text){0};
	memcpy(to, t.p, t.len);
	for (size_t i = 0; i < t.len; i++) {
		if (string) {
			i += t.p[i] == '\\';
			string = i >= t.len || t.p[i] != '"';
			continue;
		}
		i = skip_blanks(t, i);
		string = i < t.len && t.p[i] == '"';
		if (i < t.len && t.p[i] == ',') {
			const size_t next = skip_blanks(t, i + 1);

			if (next < t.len && (t.p[next] == '}' || t.p[next] == ']')) {
				to[i] = ' ';
				any = true;
			}
		}
	}
	return any ? (struct capgate_text){to, t.len} : (struct capgate_text){0};
}

static int scan_value(struct scan *s)
{
	const int status =
		capgate_json_parse(s->text, (struct capgate_json_options){.comments = s->comments},
				   s->arena, on_event, s, s->err);

	if (status < 0 && !s->placed && s->err->pos != CAPGATE_NOWHERE)
		s->err->pos += s->base;
	return status;
}

/* The ways to read a document: as JSON; with comments, as in devcontainer.json; and also with
 * commas before closing brackets.  Readers of other kinds refuse both. */
enum leniency { STRICT, WITH_COMMENTS, WITHOUT_COMMAS, WAYS };

static int read_value(struct capgate_text text, size_t base, struct capgate_arena *arena,
		      struct capgate_requests *list, struct capgate_error *err)
{
	const struct capgate_requests before = *list;
	const size_t mark = arena->used;
	struct capgate_error strict;
	int status = CAPGATE_ESYNTAX;

	for (int way = STRICT; status < 0 && way < WAYS; way++) {
		struct scan s = {.text = text,
				 .base = base,
				 .arena = arena,
				 .err = err,
				 .done = list,
				 .outermost = 1,
				 .comments = way >= WITH_COMMENTS,
				 .relaxed = way == WITHOUT_COMMAS};

		*list = before;
		arena->used = mark;
		if (s.relaxed)
			s.text = without_commas(text, arena);
		if (!s.relaxed || s.text.len)
			status = scan_value(&s);
		if (way == STRICT)
			strict = *err;
		if (status < 0 && err->rule != CAPGATE_RULE_SYNTAX)
			return status;
	}
	if (status < 0) {
		*err = strict;
		return status;
	}
	if (list->n == before.n)
		return capgate_request_untold(
			&(struct capgate_inspected){.engine = "",
						    .thing = "document",
						    .places.container = {base, text.len}},
			CAPGATE_RULE_OTHER_DOCUMENT, "the array is empty: it contains no container",
			arena, list, err);
	return status;
}

bool capgate_inspect_is(struct capgate_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!capgate_is_blank(text.p[i]))
			return text.p[i] == '[';
	return false;
}

/* Is it an object of Kubernetes, or a unit of Quadlet's generator, without containers? */
static bool is_beside(const struct capgate_inspected *v)
{
	return v->rule == CAPGATE_RULE_OTHER_DOCUMENT &&
	       (v->dialect == CAPGATE_DIALECT_KUBERNETES || v->dialect == CAPGATE_DIALECT_QUADLET);
}

/* Removes objects without containers, unless there is nothing else: manifests and lists of
 * kubectl also contain services and settings. */
static void leave_out_beside(struct capgate_requests *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++)
		if (!is_beside(&list->v[i]))
			list->v[kept++] = list->v[i];
	if (kept)
		list->n = kept;
}

/* Reads a text that does not begin like JSON. */
static int read_other(struct capgate_text text, struct capgate_arena *arena,
		      struct capgate_requests *list, struct capgate_error *err)
{
	const char *why = capgate_words_name(text);

	if (why)
		return capgate_request_untold(
			&(struct capgate_inspected){.engine = "", .thing = "document"},
			CAPGATE_RULE_OTHER_DOCUMENT, why, arena, list, err);
	if (!capgate_unit_is(text))
		return 0;
	if (capgate_check_bytes(text, err) < 0)
		return err->code;
	return capgate_unit_read(text, arena, list, err);
}

int capgate_inspect_parse(struct capgate_text text, struct capgate_arena *arena,
			  struct capgate_inspected **ret, size_t *n, struct capgate_error *err)
{
	struct capgate_requests list = {0};
	size_t at = 0;
	int status = read_other(text, arena, &list, err);

	if (status < 0)
		return status;
	if (list.n)
		at = text.len;
	while (at < text.len || !list.n) {
		size_t begin = at, end;

		/* The strict reader reads anything but an object or an array, to the end of the
		 * text. */
		while (begin < text.len && capgate_is_blank(text.p[begin]))
			begin++;
		end = begin < text.len && (text.p[begin] == '{' || text.p[begin] == '[')
			      ? value_end(text, begin)
			      : text.len;
		at = end;
		while (at < text.len && capgate_is_blank(text.p[at]))
			at++;
		if (at == text.len)
			end = at;
		status = read_value((struct capgate_text){text.p + begin, end - begin}, begin,
				    arena, &list, err);
		if (status < 0)
			return status;
	}
	leave_out_beside(&list);
	*ret = list.v;
	*n = list.n;
	return 0;
}
