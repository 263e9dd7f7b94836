/* SPDX-License-Identifier: Apache-2.0 */
#include "plain.h"

#include <endian.h>
#include <string.h>

#include "lib/base/base.h"

static size_t after_white(struct capgate_text text, size_t at, size_t to)
{
	while (at < to && (text.p[at] == ' ' || text.p[at] == '\n' || text.p[at] == '\t' ||
			   text.p[at] == '\r'))
		at++;
	return at;
}

size_t capgate_plain_find(struct capgate_text text, size_t from, size_t to)
{
	while (from < to) {
		const char *p = memchr(text.p + from, '[', to - from);
		size_t next;

		if (!p)
			break;
		next = after_white(text, (size_t)(p - text.p) + 1, to);
		if (next < to && text.p[next] == '"')
			return (size_t)(p - text.p);
		from = next;
	}
	return to;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Sets the top bit of each byte that is less than least, if its own is not set.  A borrow can
 * set one bit too many, but only above a correct one, so the lowest one is correct. */
static uint64_t less(uint64_t bytes, uint64_t least)
{
	return (bytes - EACH(least)) & ~bytes & EACH(0x80);
}

static bool within_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

/* The position, from at, of the first byte that cannot be within a plain string. */
static size_t after_plain(struct capgate_text text, size_t at, size_t to)
{
	for (; to - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
		uint64_t w, stops;

		memcpy(&w, text.p + at, sizeof(w));
		w = le64toh(w);
		stops = less(w, 0x20) | less(w ^ EACH('"'), 1) | less(w ^ EACH('\\'), 1);
		if (stops)
			return at + (size_t)__builtin_ctzll(stops) / 8;
	}
	while (at < to && within_plain((unsigned char)text.p[at]))
		at++;
	return at;
}

struct capgate_span capgate_plain_string(struct capgate_text text, size_t from, size_t to)
{
	const size_t open = after_white(text, from, to);
	size_t close;

	if (open == to || text.p[open] != '"')
		return (struct capgate_span){0};
	close = after_plain(text, open + 1, to);
	if (close == to || text.p[close] != '"')
		return (struct capgate_span){0};
	return (struct capgate_span){open, close + 1 - open};
}

size_t capgate_plain_comma(struct capgate_text text, size_t from, size_t to)
{
	const size_t at = after_white(text, from, to);

	return at < to && text.p[at] == ',' ? at + 1 : to;
}
