/* SPDX-License-Identifier: Apache-2.0 */
/* The other opinion: a recursive descent by the letter of RFC 8259. */
#include <strings.h>

#include "fuzz.h"

struct strict {
	const unsigned char *p, *end;
	const struct strict_options *o;
	struct strict_result *r;
	char *scratch; /* the last string, unescaped */
	size_t scratch_len;
	int depth;
};

/* Where a value stands, as far as that matters. */
enum where { ELSEWHERE, TOP, PROCESS, CAPABILITIES, SET, ENTRY };

static bool value(struct strict *s, enum where where);

static bool skip_comment(struct strict *s)
{
	if (s->end - s->p < 2 || s->p[0] != '/')
		return false;
	if (s->p[1] == '/') {
		while (s->p < s->end && *s->p != '\n')
			s->p++;
		return true;
	}
	if (s->p[1] != '*')
		return false;
	for (s->p += 2; s->end - s->p >= 2; s->p++) {
		if (s->p[0] == '*' && s->p[1] == '/') {
			s->p += 2;
			return true;
		}
	}
	s->p = s->end + 1; /* unended: nothing may follow */
	return true;
}

static void blank(struct strict *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r' ||
				 (s->o->comments && skip_comment(s))))
		if (s->p < s->end && *s->p != '/')
			s->p += *s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r';
}

static bool literal(struct strict *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return false;
	s->p += n;
	return true;
}

static bool digits(struct strict *s)
{
	const unsigned char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from;
}

static bool number(struct strict *s)
{
	if (s->p < s->end && *s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0')
		s->p++;
	else if (!digits(s))
		return false;
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (!digits(s))
			return false;
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (!digits(s))
			return false;
	}
	return true;
}

/* One code point of UTF-8, by decoding it and asking for its shortest form. */
static bool utf8(struct strict *s, uint32_t *ret)
{
	unsigned char c = *s->p;
	int more = c < 0x80 ? 0 : c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : c >> 3 == 30 ? 3 : -1;
	uint32_t u = more < 1 ? c : c & (0x3f >> more);

	if (more < 0 || s->end - s->p <= more)
		return false;
	for (int i = 1; i <= more; i++) {
		if (s->p[i] >> 6 != 2)
			return false;
		u = u << 6 | (s->p[i] & 0x3f);
	}
	s->p += more + 1;
	*ret = u;
	return !(more == 1 && u < 0x80) && !(more == 2 && u < 0x800) &&
	       !(more == 3 && u < 0x10000) && u <= 0x10ffff && !(u >= 0xd800 && u <= 0xdfff);
}

static void put(struct strict *s, uint32_t u)
{
	char *d = s->scratch + s->scratch_len;

	if (u < 0x80) {
		*d++ = (char)u;
	} else if (u < 0x800) {
		*d++ = (char)(0xc0 | u >> 6);
		*d++ = (char)(0x80 | (u & 0x3f));
	} else if (u < 0x10000) {
		*d++ = (char)(0xe0 | u >> 12);
		*d++ = (char)(0x80 | (u >> 6 & 0x3f));
		*d++ = (char)(0x80 | (u & 0x3f));
	} else {
		*d++ = (char)(0xf0 | u >> 18);
		*d++ = (char)(0x80 | (u >> 12 & 0x3f));
		*d++ = (char)(0x80 | (u >> 6 & 0x3f));
		*d++ = (char)(0x80 | (u & 0x3f));
	}
	s->scratch_len = (size_t)(d - s->scratch);
}

static bool hex(struct strict *s, uint32_t *ret)
{
	uint32_t u = 0;

	if (s->end - s->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		static const char all[] = "0123456789abcdef0123456789ABCDEF";
		const char *at = s->p[i] ? strchr(all, s->p[i]) : NULL;

		if (!at)
			return false;
		u = u << 4 | ((uint32_t)(at - all) & 15);
	}
	s->p += 4;
	*ret = u;
	return true;
}

static bool escape(struct strict *s)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint32_t u, low;

	if (s->p == s->end)
		return false;
	if (*s->p != 'u') {
		at = *s->p ? strchr(from, *s->p) : NULL;
		if (!at)
			return false;
		s->p++;
		put(s, (unsigned char)to[at - from]);
		return true;
	}
	s->p++;
	if (!hex(s, &u) || u == 0 || (u >= 0xdc00 && u <= 0xdfff))
		return false;
	if (u >= 0xd800 && u <= 0xdbff) {
		if (s->end - s->p < 2 || s->p[0] != '\\' || s->p[1] != 'u')
			return false;
		s->p += 2;
		if (!hex(s, &low) || low < 0xdc00 || low > 0xdfff)
			return false;
		u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
	}
	put(s, u);
	return true;
}

static bool string(struct strict *s)
{
	uint32_t u;

	s->scratch_len = 0;
	if (s->p == s->end || *s->p != '"')
		return false;
	s->p++;
	while (s->p < s->end && *s->p != '"') {
		if (*s->p < 0x20)
			return false;
		if (*s->p == '\\') {
			s->p++;
			if (!escape(s))
				return false;
		} else {
			if (!utf8(s, &u))
				return false;
			put(s, u);
		}
	}
	if (s->p >= s->end)
		return false;
	s->p++;
	return true;
}

/* As the most careless reader compares: without case. */
static bool key_is(const struct strict *s, const char *word)
{
	return s->scratch_len == strlen(word) && strncasecmp(s->scratch, word, s->scratch_len) == 0;
}

static enum where below(const struct strict *s, enum where where)
{
	if (where == TOP && key_is(s, "process"))
		return PROCESS;
	if (where == PROCESS && key_is(s, "capabilities"))
		return CAPABILITIES;
	if (where != CAPABILITIES)
		return ELSEWHERE;
	return key_is(s, "bounding") || key_is(s, "effective") || key_is(s, "inheritable") ||
			       key_is(s, "permitted") || key_is(s, "ambient")
		       ? SET
		       : ELSEWHERE;
}

static bool object(struct strict *s, enum where where)
{
	s->p++;
	if (where == CAPABILITIES)
		s->r->capabilities_object = true;
	blank(s);
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return true;
	}
	for (;;) {
		enum where next;

		blank(s);
		if (s->p > s->end || !string(s))
			return false;
		next = below(s, where);
		blank(s);
		if (s->p >= s->end || *s->p++ != ':' || !value(s, next))
			return false;
		if (s->p >= s->end)
			return false;
		if (*s->p == '}') {
			s->p++;
			return true;
		}
		if (*s->p++ != ',')
			return false;
	}
}

static bool array(struct strict *s, enum where where)
{
	s->p++;
	blank(s);
	if (s->p < s->end && *s->p == ']') {
		s->p++;
		return true;
	}
	for (;;) {
		if (!value(s, where == SET ? ENTRY : ELSEWHERE) || s->p >= s->end)
			return false;
		if (*s->p == ']') {
			s->p++;
			return true;
		}
		if (*s->p++ != ',')
			return false;
	}
}

/* A value and the white space around it. */
static bool value(struct strict *s, enum where where)
{
	bool ok = false, is_string;

	blank(s);
	if (s->p >= s->end)
		return false;
	is_string = *s->p == '"';
	switch (*s->p) {
	case '{':
	case '[':
		if (s->depth == s->o->depth_max)
			return false;
		s->depth++;
		ok = *s->p == '{' ? object(s, where) : array(s, where);
		s->depth--;
		break;
	case '"':
		ok = string(s);
		break;
	case 't':
		ok = literal(s, "true");
		break;
	case 'f':
		ok = literal(s, "false");
		break;
	case 'n':
		ok = literal(s, "null");
		break;
	default:
		ok = number(s);
		break;
	}
	if (ok && where == ENTRY && s->o->entry)
		s->o->entry(s->o->user, is_string ? s->scratch : NULL, s->scratch_len);
	blank(s);
	return ok && s->p <= s->end;
}

bool strict_json(const char *p, size_t len, const struct strict_options *options,
		 struct strict_result *ret)
{
	static char scratch[4 * FUZZ_TEXT_MAX];
	struct strict s = {.p = (const unsigned char *)p,
			   .end = (const unsigned char *)p + len,
			   .o = options,
			   .r = ret,
			   .scratch = scratch};

	MUST(len <= sizeof(scratch));
	*ret = (struct strict_result){0};
	return value(&s, options->bare_process ? PROCESS : TOP) && s.p == s.end;
}
