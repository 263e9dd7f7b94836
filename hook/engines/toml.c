/* SPDX-License-Identifier: Apache-2.0 */
#include "toml.h"

#include <string.h>

#include "lib/base/base.h"
#include "unescape.h"

#define DEPTH_MAX 16

struct toml {
	struct capgate_text text;
	size_t at;
	struct capgate_arena *arena;
	toml_visit visit;
	void *user;
	struct capgate_error *err;
	char path[TOML_PATH_MAX];
	size_t path_len, table_len; /* of the whole path, and of its [table] part */
};

static int bad(struct toml *t, const char *why)
{
	size_t line, column;

	capgate_locate(t->text, t->at < t->text.len ? t->at : t->text.len, &line, &column);
	return capgate_fail(t->err, CAPGATE_ESYNTAX, CAPGATE_RULE_NONE, t->at,
			    "line %zu, column %zu: %s", line, column, why);
}

static int peek(const struct toml *t)
{
	return t->at < t->text.len ? (unsigned char)t->text.p[t->at] : -1;
}

static bool looking_at(const struct toml *t, const char *s)
{
	size_t n = strlen(s);

	return t->text.len - t->at >= n && memcmp(t->text.p + t->at, s, n) == 0;
}

static void skip_blank(struct toml *t)
{
	while (peek(t) == ' ' || peek(t) == '\t')
		t->at++;
}

static void skip_comment(struct toml *t)
{
	if (peek(t) == '#')
		while (peek(t) >= 0 && peek(t) != '\n')
			t->at++;
}

/* Skips white space, newlines and comments. */
static void skip_lines(struct toml *t)
{
	for (;;) {
		skip_blank(t);
		skip_comment(t);
		if (peek(t) != '\n' && !looking_at(t, "\r\n"))
			return;
		t->at++;
	}
}

static int end_of_line(struct toml *t)
{
	skip_blank(t);
	skip_comment(t);
	if (peek(t) == '\r')
		t->at++;
	if (peek(t) >= 0 && peek(t) != '\n')
		return bad(t, "unexpected text at the end of this line");
	t->at += peek(t) == '\n';
	return 0;
}

static int emit(struct toml *t, enum toml_kind kind, size_t from, struct capgate_text text)
{
	struct toml_event e = {kind, t->path, t->table_len, {from, t->at - from}, text};

	t->path[t->path_len] = '\0';
	return t->visit(t->user, &e);
}

/* ---- Strings --------------------------------------------------------------------- */

static int unescape(struct toml *t, struct capgate_text raw, bool several_lines,
		    struct capgate_text *ret)
{
	char *p = capgate_arena_alloc(t->arena, raw.len + 1);
	ptrdiff_t n;

	if (!p)
		return capgate_fail_memory(t->err);
	n = toml_unescape(raw, several_lines, p);
	if (n < 0)
		return bad(t, "this escape is not valid TOML, or is U+0000");
	*ret = (struct capgate_text){p, (size_t)n};
	return 0;
}

/* Reads a string at the cursor, of any of the four kinds. */
static int string(struct toml *t, struct capgate_text *ret)
{
	char quote = (char)peek(t);
	size_t from, to;
	bool many = looking_at(t, quote == '"' ? "\"\"\"" : "'''"), escaped = false;

	t->at += many ? 3 : 1;
	from = t->at;
	for (;; t->at++) {
		int c = peek(t);

		if (c < 0 || (c == '\n' && !many) ||
		    (c < 0x20 && c != '\t' && c != '\n' && c != '\r'))
			return bad(t, "this string does not end");
		if (c == '\\' && quote == '"') {
			escaped = true;
			t->at++;
		} else if (c == quote &&
			   (!many || looking_at(t, quote == '"' ? "\"\"\"" : "'''"))) {
			break;
		}
	}
	to = t->at;
	t->at += many ? 3 : 1;
	/* A newline directly after the opening quotes is not part of the string. */
	if (many && from < to && t->text.p[from] == '\r')
		from++;
	if (many && from < to && t->text.p[from] == '\n')
		from++;
	*ret = (struct capgate_text){t->text.p + from, to - from};
	return escaped ? unescape(t, *ret, many, ret) : 0;
}

/* ---- Keys ------------------------------------------------------------------------ */

static bool is_bare(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static int push(struct toml *t, struct capgate_text key)
{
	bool first = t->path_len == 0;

	if (t->path_len + key.len + 2 > sizeof(t->path))
		return bad(t, "these keys are longer than the limit");
	if (memchr(key.p, '\\', key.len) || memchr(key.p, TOML_SEP[0], key.len))
		return bad(t, "this form of key is not supported");
	if (!first)
		t->path[t->path_len++] = TOML_SEP[0];
	memcpy(t->path + t->path_len, key.p, key.len);
	t->path_len += key.len;
	return 0;
}

/* Reads keys like a."b".c and adds them to the path. */
static int read_keys(struct toml *t)
{
	for (;;) {
		struct capgate_text key;

		skip_blank(t);
		key = (struct capgate_text){t->text.p + t->at, 0};
		if (peek(t) == '"' || peek(t) == '\'') {
			if (string(t, &key) < 0)
				return t->err->code;
		} else {
			while (is_bare(peek(t))) {
				t->at++;
				key.len++;
			}
			if (key.len == 0)
				return bad(t, "expected a key");
		}
		if (push(t, key) < 0)
			return t->err->code;
		skip_blank(t);
		if (peek(t) != '.')
			return 0;
		t->at++;
	}
}

/* ---- Values ---------------------------------------------------------------------- */

/* Reads the value of a key, or an element of an array. */
static int value(struct toml *t, unsigned depth, bool element);

static int key_value(struct toml *t, unsigned depth)
{
	size_t len = t->path_len;
	int status = read_keys(t);

	if (status < 0)
		return status;
	if (peek(t) != '=')
		return bad(t, "= was expected");
	t->at++;
	skip_blank(t);
	status = value(t, depth, false);
	t->path_len = len;
	return status;
}

/* Reads [value, ...] or {key = value, ...} from the opening bracket. */
static int list(struct toml *t, unsigned depth, char end)
{
	size_t from = t->at++;

	for (;;) {
		skip_lines(t);
		if (peek(t) == end)
			break;
		if ((end == ']' ? value(t, depth + 1, true) : key_value(t, depth + 1)) < 0)
			return t->err->code;
		skip_lines(t);
		if (peek(t) == ',')
			t->at++;
		else if (peek(t) != end)
			return bad(t,
				   end == ']' ? "expected a comma or ]" : "expected a comma or }");
	}
	t->at++;
	return emit(t, end == ']' ? TOML_ARRAY : TOML_INLINE, from, (struct capgate_text){0});
}

static int value(struct toml *t, unsigned depth, bool element)
{
	struct capgate_text text;
	size_t from = t->at;

	if (depth > DEPTH_MAX)
		return bad(t, "values are nested deeper than the limit");
	switch (peek(t)) {
	case '"':
	case '\'':
		if (string(t, &text) < 0)
			return t->err->code;
		return emit(t, element ? TOML_ELEMENT : TOML_STRING, from, text);
	case '[':
		return list(t, depth, ']');
	case '{':
		return list(t, depth, '}');
	default:
		while (is_bare(peek(t)) || (peek(t) > 0 && strchr("+.:", peek(t))))
			t->at++;
		if (t->at == from)
			return bad(t, "expected a value");
		return emit(t, TOML_OTHER, from,
			    (struct capgate_text){t->text.p + from, t->at - from});
	}
}

/* ---- The document ---------------------------------------------------------------- */

static int header(struct toml *t)
{
	size_t from = t->at;
	bool list = looking_at(t, "[[");

	t->at += list ? 2 : 1;
	t->path_len = 0;
	if (read_keys(t) < 0)
		return t->err->code;
	if (!looking_at(t, list ? "]]" : "]"))
		return bad(t, "] was expected");
	t->at += list ? 2 : 1;
	t->table_len = t->path_len;
	if (end_of_line(t) < 0)
		return t->err->code;
	return emit(t, TOML_TABLE, from, (struct capgate_text){0});
}

int toml_parse(struct capgate_text text, struct capgate_arena *arena, toml_visit visit, void *user,
	       struct capgate_error *err)
{
	struct toml t = {.text = text, .arena = arena, .visit = visit, .user = user, .err = err};

	for (;;) {
		int status;

		skip_lines(&t);
		if (peek(&t) < 0)
			break;
		if (peek(&t) == '[') {
			status = header(&t);
		} else {
			t.path_len = t.table_len;
			status = key_value(&t, 0);
			if (status == 0)
				status = end_of_line(&t);
		}
		if (status < 0)
			return status;
	}
	t.path_len = 0;
	return emit(&t, TOML_END, t.at, (struct capgate_text){0});
}
