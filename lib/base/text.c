/* SPDX-License-Identifier: Apache-2.0 */
/* Texts, which do not own their bytes. */
#include "text.h"

struct capgate_text capgate_text_of(const char *cstring)
{
	return (struct capgate_text){cstring, strlen(cstring)};
}

/* Most texts differ from most words in the first letters. */
bool capgate_text_is(struct capgate_text t, const char *cstring)
{
	size_t i = 0;

	while (i < t.len && cstring[i] && t.p[i] == cstring[i])
		i++;
	return i == t.len && !cstring[i];
}

bool capgate_same_bytes(const char *a, const char *b, size_t n)
{
	uint64_t x, y;
	size_t i = 0;

	for (; n - i >= sizeof(x); i += sizeof(x)) {
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			return false;
	}
	while (i < n && a[i] == b[i])
		i++;
	return i == n;
}

bool capgate_text_equal(struct capgate_text a, struct capgate_text b)
{
	return a.len == b.len && capgate_same_bytes(a.p, b.p, a.len);
}

bool capgate_text_begins(struct capgate_text t, const char *prefix)
{
	size_t n = strlen(prefix);

	return t.len >= n && memcmp(t.p, prefix, n) == 0;
}

static unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)c | 0x20 : (unsigned char)c;
}

size_t capgate_text_distance(struct capgate_text a, struct capgate_text b, size_t limit)
{
	enum { LONGEST = 32 };
	size_t row[LONGEST + 1];

	if (a.len > LONGEST || b.len > LONGEST)
		return limit;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t up = row[j];
			size_t best = diagonal + (lower(a.p[i - 1]) != lower(b.p[j - 1]));

			if (up + 1 < best)
				best = up + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			diagonal = up;
		}
	}
	return row[b.len] < limit ? row[b.len] : limit;
}
