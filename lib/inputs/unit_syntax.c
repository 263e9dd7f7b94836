/* SPDX-License-Identifier: Apache-2.0 */
#include "unit_syntax.h"

#include <string.h>

#include "lib/base/base.h"

struct capgate_text capgate_unit_trimmed(struct capgate_text t)
{
	while (t.len && capgate_is_blank(t.p[0])) {
		t.p++;
		t.len--;
	}
	while (t.len && capgate_is_blank(t.p[t.len - 1]))
		t.len--;
	return t;
}

struct capgate_text capgate_unit_next_line(struct capgate_text text, size_t *at)
{
	const char *from = text.p + *at;
	const char *end = memchr(from, '\n', text.len - *at);
	const size_t n = end ? (size_t)(end - from) : text.len - *at;

	*at += n + (end != NULL);
	return capgate_unit_trimmed((struct capgate_text){from, n});
}

bool capgate_unit_is_comment(struct capgate_text line)
{
	return line.len == 0 || line.p[0] == '#' || line.p[0] == ';';
}

struct capgate_text capgate_unit_header(struct capgate_text line)
{
	if (line.len < 3 || line.p[0] != '[' || line.p[line.len - 1] != ']')
		return (struct capgate_text){0};
	for (size_t i = 1; i + 1 < line.len; i++) {
		const char c = line.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z' && i > 1) ||
		      (c == '-' && i > 1)))
			return (struct capgate_text){0};
	}
	return (struct capgate_text){line.p + 1, line.len - 2};
}

struct capgate_text capgate_unit_title(struct capgate_text line)
{
	static const char dashes[] = "---";
	const size_t n = sizeof(dashes) - 1;

	if (line.len <= 2 * n || memcmp(line.p, dashes, n) != 0 ||
	    memcmp(line.p + line.len - n, dashes, n) != 0 || memchr(line.p, ' ', line.len))
		return (struct capgate_text){0};
	return (struct capgate_text){line.p + n, line.len - 2 * n};
}

bool capgate_unit_next_word(struct capgate_text *value, struct capgate_text *ret)
{
	size_t n = 0;
	char quote = 0;

	*value = capgate_unit_trimmed(*value);
	if (value->len == 0)
		return false;
	for (; n < value->len && (quote || !capgate_is_blank(value->p[n])); n++) {
		if (value->p[n] == '\\' && n + 1 < value->len)
			n++;
		else if (quote)
			quote = value->p[n] == quote ? 0 : quote;
		else if (value->p[n] == '"' || value->p[n] == '\'')
			quote = value->p[n];
	}
	*ret = (struct capgate_text){value->p, n};
	value->p += n;
	value->len -= n;
	return true;
}

struct capgate_text capgate_unit_unquoted(struct capgate_text word, struct capgate_arena *arena)
{
	char *to, quote = 0;
	size_t n = 0;

	if (!memchr(word.p, '"', word.len) && !memchr(word.p, '\'', word.len) &&
	    !memchr(word.p, '\\', word.len))
		return word;
	to = capgate_arena_raw(arena, word.len);
	for (size_t i = 0; to && i < word.len; i++) {
		const char c = word.p[i];

		if (c == '\\' && i + 1 < word.len)
			to[n++] = word.p[++i];
		else if (quote ? c == quote : (c == '"' || c == '\''))
			quote = quote ? 0 : c;
		else
			to[n++] = c;
	}
	return (struct capgate_text){to, n};
}

bool capgate_unit_is_true(struct capgate_text t)
{
	return capgate_text_is(t, "true") || capgate_text_is(t, "yes") ||
	       capgate_text_is(t, "on") || capgate_text_is(t, "1");
}
