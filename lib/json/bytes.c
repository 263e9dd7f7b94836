/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"

#include <string.h>

#include "lib/base/base.h"

/* ---- The whole text ---------------------------------------------------------- */

/* Are these eight bytes ASCII without control characters? */
static bool plain8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	/* Subtracting 0x20 from a byte below 0x20 sets its top bit.  The second term finds bytes
	 * whose top bit is set already. */
	return !(((w - 0x2020202020202020u) | w) & 0x8080808080808080u);
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80;
}

static int refuse_bytes(struct capgate_text text, size_t i, struct capgate_error *err)
{
	unsigned char c = (unsigned char)text.p[i];

	if (i == 0 && text.len >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		return capgate_fail(err, CAPGATE_ESYNTAX, CAPGATE_RULE_ENCODING, i,
				    "the text begins with a byte order mark");
	if (c == 0)
		return capgate_fail(err, CAPGATE_ESYNTAX, CAPGATE_RULE_ENCODING, i,
				    "the text contains a NUL byte");
	if (c < 0x20)
		return capgate_fail(err, CAPGATE_ESYNTAX, CAPGATE_RULE_ENCODING, i,
				    "the text contains the control character 0x%02x", c);
	return capgate_fail(err, CAPGATE_ESYNTAX, CAPGATE_RULE_ENCODING, i,
			    "the text is not UTF-8: byte 0x%02x does not belong here", c);
}

int capgate_check_bytes(struct capgate_text text, struct capgate_error *err)
{
	static const uint32_t white = 1u << '\t' | 1u << '\n' | 1u << '\r';
	size_t i = 0;

	if (text.len >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		return refuse_bytes(text, 0, err);
	while (i < text.len) {
		unsigned char c = (unsigned char)text.p[i];
		size_t n;

		if (is_plain(c)) {
			while (text.len - i >= 8 && plain8(text.p + i))
				i += 8;
			while (i < text.len && is_plain((unsigned char)text.p[i]))
				i++;
			continue;
		}
		n = c < 0x20 ? white >> c & 1
			     : capgate_utf8_length((const unsigned char *)text.p + i, text.len - i);
		if (n == 0)
			return refuse_bytes(text, i, err);
		i += n;
	}
	return 0;
}

/* ---- Escapes -------------------------------------------------------------------- */

/* The value of \uXXXX; yajl has checked the digits. */
static unsigned hex4(const char *p)
{
	unsigned v = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];

		v = v * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return v;
}

static bool is_high(unsigned u)
{
	return u >= 0xd800 && u <= 0xdbff;
}

static bool is_low(unsigned u)
{
	return u >= 0xdc00 && u <= 0xdfff;
}

int capgate_check_escapes(struct capgate_text text, struct capgate_span at,
			  struct capgate_error *err)
{
	const char *s = text.p;
	size_t i = at.off + 1, end = at.off + at.len - 1;

	while (i < end) {
		const char *back = memchr(s + i, '\\', end - i);
		unsigned u;

		if (!back)
			break;
		i = (size_t)(back - s);
		if (s[i + 1] != 'u') {
			i += 2;
			continue;
		}
		u = hex4(s + i + 2);
		if (u == 0)
			return capgate_fail(err, CAPGATE_EAMBIGUOUS, CAPGATE_RULE_HIDDEN_CHARACTER,
					    i,
					    "a string contains \\u0000, where some readers end it");
		if (is_high(u) && end - i >= 12 && s[i + 6] == '\\' && s[i + 7] == 'u' &&
		    is_low(hex4(s + i + 8))) {
			i += 12;
			continue;
		}
		if (is_high(u) || is_low(u))
			return capgate_fail(err, CAPGATE_EAMBIGUOUS, CAPGATE_RULE_HIDDEN_CHARACTER,
					    i, "a string contains half a surrogate pair (\\u%04x)",
					    u);
		i += 6;
	}
	return 0;
}
