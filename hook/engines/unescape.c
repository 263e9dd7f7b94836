/* SPDX-License-Identifier: Apache-2.0 */
#include "unescape.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* Writes a scalar value in UTF-8, at most four bytes.  Its escape had six or ten. */
static size_t encode(unsigned long u, char *to)
{
	if (u < 0x80) {
		to[0] = (char)u;
		return 1;
	}
	if (u < 0x800) {
		to[0] = (char)(0xc0 | u >> 6);
		to[1] = (char)(0x80 | (u & 0x3f));
		return 2;
	}
	if (u < 0x10000) {
		to[0] = (char)(0xe0 | u >> 12);
		to[1] = (char)(0x80 | (u >> 6 & 0x3f));
		to[2] = (char)(0x80 | (u & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | u >> 18);
	to[1] = (char)(0x80 | (u >> 12 & 0x3f));
	to[2] = (char)(0x80 | (u >> 6 & 0x3f));
	to[3] = (char)(0x80 | (u & 0x3f));
	return 4;
}

/* Reads the digits of \uXXXX or \UXXXXXXXX at p.  Returns 0 if they are no scalar value. */
static size_t scalar(const char *p, size_t left, size_t digits, char *to)
{
	unsigned long u = 0;

	if (left < digits)
		return 0;
	for (size_t i = 0; i < digits; i++) {
		if (hex(p[i]) < 0)
			return 0;
		u = u << 4 | (unsigned long)hex(p[i]);
	}
	return u == 0 || u > 0x10ffff || (u >= 0xd800 && u <= 0xdfff) ? 0 : encode(u, to);
}

/* If a line ends before the next character that is not white space, skips to it. */
static size_t skip_line_end(struct capgate_text raw, size_t i)
{
	size_t from = i;
	bool line = false;

	for (; i < raw.len && is_space(raw.p[i]); i++)
		line |= raw.p[i] == '\n';
	return line ? i - from : 0;
}

ptrdiff_t toml_unescape(struct capgate_text raw, bool several_lines, char *to)
{
	static const char letters[] = "\"\\ntrbf", bytes[] = "\"\\\n\t\r\b\f";
	size_t n = 0, i = 0;

	while (i < raw.len) {
		const char *which;
		size_t used;

		if (raw.p[i] != '\\') {
			to[n++] = raw.p[i++];
			continue;
		}
		i++;
		which = i < raw.len ? memchr(letters, raw.p[i], sizeof(letters) - 1) : NULL;
		if (which) {
			to[n++] = bytes[which - letters];
			i++;
		} else if (i < raw.len && (raw.p[i] == 'u' || raw.p[i] == 'U')) {
			size_t digits = raw.p[i] == 'u' ? 4 : 8;

			used = scalar(raw.p + i + 1, raw.len - i - 1, digits, to + n);
			if (!used)
				return -1;
			n += used;
			i += 1 + digits;
		} else {
			used = several_lines ? skip_line_end(raw, i) : 0;
			if (!used)
				return -1;
			i += used;
		}
	}
	return (ptrdiff_t)n;
}
