/* SPDX-License-Identifier: Apache-2.0 */
#include "read.h"

#include <setjmp.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "lib/base/base.h"
#include "bytes.h"
#include "plain.h"

struct parser {
	struct capgate_text text;
	struct capgate_arena *arena;
	capgate_json_visit visit;
	void *user;
	struct capgate_error *err;
	yajl_handle yajl;
	size_t end;                /* the end of the last token */
	size_t base;               /* the position in the text of what yajl reads now */
	struct capgate_span known; /* a value that was read before; see read.h */
	bool in_known;
	bool in_their_place; /* yajl reads a string instead of others */
	unsigned depth;
	int status;
	bool at_end; /* nothing is left to read */
	jmp_buf out_of_memory;
};

/* ---- Memory for yajl, which does not check what it gets ---------------- */

struct chunk {
	size_t size;
	size_t pad; /* keeps the next allocation aligned */
};

static void *yajl_take(void *ctx, size_t size)
{
	struct parser *p = ctx;
	struct chunk *c = capgate_arena_raw(p->arena, sizeof(*c) + size);

	if (!c)
		longjmp(p->out_of_memory, 1);
	c->size = size;
	return c + 1;
}

static void *yajl_retake(void *ctx, void *old, size_t size)
{
	struct chunk *c = old ? (struct chunk *)old - 1 : NULL;
	void *new;

	if (c && size <= c->size)
		return old;
	new = yajl_take(ctx, size);
	if (c)
		memcpy(new, old, c->size);
	return new;
}

static void yajl_leave(void *ctx, void *old)
{
	/* The arena is freed as a whole. */
	(void)ctx;
	(void)old;
}

/* ---- Tokens --------------------------------------------------------------- */

/*
 * Where the token that ends at end begins: after the previous one, past white space, separators
 * and comments.  In a callback yajl has consumed exactly this token, so its span is known
 * without a second parser.
 */
static size_t token_start(const struct parser *p, size_t end)
{
	const char *s = p->text.p;
	size_t i = p->end;

	while (i < end) {
		char c = s[i];

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':') {
			i++;
		} else if (c == '/' && i + 1 < end && s[i + 1] == '/') {
			while (i < end && s[i] != '\n')
				i++;
		} else if (c == '/' && i + 1 < end && s[i + 1] == '*') {
			i += 2;
			while (i + 1 < end && !(s[i] == '*' && s[i + 1] == '/'))
				i++;
			i += 2;
		} else {
			break;
		}
	}
	return i;
}

/* Does text point into the document?  It does not if yajl had to resolve escapes. */
static inline bool in_document(const struct parser *p, const char *text)
{
	return (uintptr_t)text - (uintptr_t)p->text.p < p->text.len;
}

/* Copies a string with escapes, because yajl's copy ends with the callback. */
static int keep_text(struct parser *p, struct capgate_json_event *event)
{
	int status = capgate_check_escapes(p->text, event->at, p->err);
	char *copy;

	if (status < 0)
		return status;
	copy = capgate_arena_alloc(p->arena, event->text.len + 1);
	if (!copy)
		return capgate_fail_memory(p->err);
	memcpy(copy, event->text.p, event->text.len);
	event->text.p = copy;
	return 0;
}

/* Stops yajl; the result is for yajl, as that of deliver(). */
static int stop_reading(struct parser *p, enum capgate_status code, enum capgate_rule rule,
			size_t pos, const char *why)
{
	p->status = capgate_fail(p->err, code, rule, pos, "%s", why);
	return 0;
}

static int stop_misplaced(struct parser *p)
{
	/* A number at the end of the input comes only now.  Then whatever contains it has not
	 * ended. */
	return p->at_end ? stop_reading(p, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX, p->text.len,
					"not strict JSON: it ends in the middle")
			 : stop_reading(p, CAPGATE_EINTERNAL, CAPGATE_RULE_SYNTAX, p->end,
					"the parser lost its place");
}

static int stop_too_deep(struct parser *p, size_t pos)
{
	char why[64];
	struct capgate_out out = {why, sizeof(why) - 1, 0};

	capgate_out_format(&out, "nested deeper than %d levels", CAPGATE_DEPTH_MAX);
	why[out.len] = '\0';
	return stop_reading(p, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, pos, why);
}

/*
 * Delivers an event.  Returns 1 to continue yajl, 0 to stop it (p->status has the reason).
 * Half of the reading time is spent here, so it is inlined for each kind of token.
 */
static inline __attribute__((always_inline)) int deliver(struct parser *p,
							 enum capgate_json_kind kind,
							 struct capgate_text text, bool truth)
{
	const size_t end = kind == CAPGATE_JSON_END && p->in_known
				   ? capgate_end_of(p->known)
				   : p->base + yajl_get_bytes_consumed(p->yajl);
	const bool in_place = text.p && in_document(p, text.p);
	const size_t start = in_place ? (size_t)(text.p - p->text.p) - (kind != CAPGATE_JSON_NUMBER)
				      : token_start(p, end);
	struct capgate_json_event event = {
		.kind = kind, .text = text, .truth = truth, .at = {start, end - start}};

	if (p->at_end || end > p->text.len || start >= end || start < p->end)
		return stop_misplaced(p);
	p->end = end;
	if (text.p && !in_place) {
		p->status = keep_text(p, &event);
		if (p->status < 0)
			return 0;
	}
	if (kind == CAPGATE_JSON_OBJECT || kind == CAPGATE_JSON_ARRAY) {
		if (p->depth == CAPGATE_DEPTH_MAX)
			return stop_too_deep(p, start);
		p->depth++;
	} else if (kind == CAPGATE_JSON_END) {
		p->depth--;
	}
	p->status = p->visit(p->user, &event);
	return p->status == 0;
}

static const struct capgate_text no_text;

static int on_null(void *ctx)
{
	return deliver(ctx, CAPGATE_JSON_NULL, no_text, false);
}

static int on_boolean(void *ctx, int truth)
{
	return deliver(ctx, CAPGATE_JSON_BOOL, no_text, truth != 0);
}

static int on_number(void *ctx, const char *text, size_t len)
{
	/* yajl passes numbers as they are written, so this points into the document. */
	return deliver(ctx, CAPGATE_JSON_NUMBER, (struct capgate_text){text, len}, false);
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
	const struct parser *p = ctx;

	if (p->in_their_place)
		return 1;
	return deliver(ctx, CAPGATE_JSON_STRING, (struct capgate_text){(const char *)text, len},
		       false);
}

static int on_key(void *ctx, const unsigned char *text, size_t len)
{
	return deliver(ctx, CAPGATE_JSON_KEY, (struct capgate_text){(const char *)text, len},
		       false);
}

static int on_object(void *ctx)
{
	return deliver(ctx, CAPGATE_JSON_OBJECT, no_text, false);
}

static int on_array(void *ctx)
{
	return deliver(ctx, CAPGATE_JSON_ARRAY, no_text, false);
}

static int on_end(void *ctx)
{
	return deliver(ctx, CAPGATE_JSON_END, no_text, false);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_object,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_array,
	.yajl_end_array = on_end,
};

/* The position of a syntax error: the byte within a string, the beginning of another unexpected
 * token, or the end of the text if something is missing. */
static size_t error_place(const struct parser *p, bool at_end)
{
	size_t consumed = p->base + yajl_get_bytes_consumed(p->yajl), start;

	if (at_end || consumed > p->text.len)
		return p->text.len;
	start = token_start(p, consumed);
	return start < p->text.len && p->text.p[start] == '"' ? consumed : start;
}

/* Fails with yajl's message, on one line and without its full stop. */
static int fail_grammar(struct parser *p, bool at_end)
{
	size_t pos = error_place(p, at_end);
	unsigned char *words =
		yajl_get_error(p->yajl, 0, (const unsigned char *)p->text.p, p->text.len);
	size_t n = 0;

	while (words && words[n] && words[n] != '\n')
		n++;
	while (n > 0 && words[n - 1] == '.')
		n--;
	return capgate_fail(p->err, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX, pos,
			    "not strict JSON: %.*s", (int)(n < 120 ? n : 120),
			    words ? (const char *)words : "");
}

/* Fails if a token after the document is incomplete, which yajl accepts: a lone quote, "nul", or
 * a comment without an end. */
static int check_rest(struct parser *p)
{
	size_t rest = token_start(p, p->text.len);

	if (rest == p->text.len)
		return 0;
	return capgate_fail(p->err, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX,
			    rest < p->text.len ? rest : p->end,
			    "not strict JSON: something follows the document");
}

static yajl_status feed_piece(struct parser *p, size_t from, size_t to)
{
	p->base = from;
	return yajl_parse(p->yajl, (const unsigned char *)p->text.p + from, to - from);
}

/* Delivers a string that yajl does not see.  Returns false to stop reading. */
static bool hand_on_string(struct parser *p, struct capgate_span at)
{
	const struct capgate_json_event event = {
		.kind = CAPGATE_JSON_STRING,
		.at = at,
		.text = {p->text.p + at.off + 1, at.len - 2},
	};

	p->end = capgate_end_of(at);
	p->status = p->visit(p->user, &event);
	return p->status == 0;
}

/*
 * Delivers the plain strings at the beginning of an array, at p->end.  yajl, which has read the
 * bracket, then reads one string in their place: an array may have any number of values, so the
 * same may follow.
 */
static yajl_status hand_on_strings(struct parser *p, size_t to)
{
	struct capgate_span at = capgate_plain_string(p->text, p->end, to);
	yajl_status status;

	if (!at.len)
		return yajl_status_ok;
	while (at.len) {
		if (!hand_on_string(p, at))
			return yajl_status_client_canceled;
		at = capgate_plain_string(p->text, capgate_plain_comma(p->text, p->end, to), to);
	}
	p->in_their_place = true;
	status = yajl_parse(p->yajl, (const unsigned char *)"\"\"", 2);
	p->in_their_place = false;
	return status;
}

static yajl_status feed(struct parser *p, size_t from, size_t to)
{
	yajl_status status = yajl_status_ok;
	size_t open;

	while (status == yajl_status_ok && (open = capgate_plain_find(p->text, from, to)) < to) {
		status = feed_piece(p, from, open + 1);
		from = open + 1;
		/* Otherwise the bracket is within a string or a comment. */
		if (status == yajl_status_ok && p->end == from) {
			status = hand_on_strings(p, to);
			from = p->end;
		}
	}
	return status == yajl_status_ok ? feed_piece(p, from, to) : status;
}

/* Feeds the text with {} in place of the known value.  If an incomplete token comes before it,
 * no token ends exactly there. */
static yajl_status feed_around_known(struct parser *p)
{
	const struct capgate_span known = p->known;
	yajl_status status = feed(p, 0, known.off);

	if (status != yajl_status_ok)
		return status;
	p->base = known.off;
	p->in_known = true;
	status = yajl_parse(p->yajl, (const unsigned char *)"{}", 2);
	p->in_known = false;
	if (status == yajl_status_ok && p->end != capgate_end_of(known)) {
		p->status = capgate_fail(p->err, CAPGATE_EINTERNAL, CAPGATE_RULE_SYNTAX, known.off,
					 "the value before it is not complete");
		return yajl_status_client_canceled;
	}
	return status == yajl_status_ok ? feed(p, capgate_end_of(known), p->text.len) : status;
}

static int parse(struct parser *p, bool comments)
{
	yajl_alloc_funcs memory = {yajl_take, yajl_retake, yajl_leave, p};
	yajl_status status;
	bool at_end;

	if (setjmp(p->out_of_memory))
		return capgate_fail_memory(p->err);
	p->yajl = yajl_alloc(&callbacks, &memory, p);
	yajl_config(p->yajl, yajl_allow_comments, comments);
	/* Our check of strings is stricter than yajl's. */
	yajl_config(p->yajl, yajl_dont_validate_strings, 1);
	status = p->known.len ? feed_around_known(p) : feed(p, 0, p->text.len);
	at_end = status == yajl_status_ok;
	p->at_end = at_end;
	if (at_end)
		status = yajl_complete_parse(p->yajl);
	if (p->status < 0)
		return p->status;
	if (status == yajl_status_ok && p->depth == 0 && p->end > 0)
		return check_rest(p);
	return fail_grammar(p, at_end);
}

int capgate_json_parse(struct capgate_text text, struct capgate_json_options options,
		       struct capgate_arena *arena, capgate_json_visit visit, void *user,
		       struct capgate_error *err)
{
	struct parser p = {.text = text,
			   .arena = arena,
			   .visit = visit,
			   .user = user,
			   .err = err,
			   .known = options.known};
	int status;

	if (text.len == 0)
		return capgate_fail(err, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX, 0,
				    "the text is empty");
	status = capgate_check_bytes(text, err);
	if (status < 0)
		return status;
	return parse(&p, options.comments);
}

bool capgate_json_uint(struct capgate_text token, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (token.len == 0 || token.len > 20)
		return false;
	for (size_t i = 0; i < token.len; i++) {
		unsigned digit = (unsigned char)token.p[i] - (unsigned)'0';

		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (v > max)
		return false;
	*ret = v;
	return true;
}
