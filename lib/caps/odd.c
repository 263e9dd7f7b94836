/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How runtimes read entries that are not canonical names.  This never allows anything: an
 * odd entry is refused or dropped, whatever it means.  The report uses it, and the rewrite:
 * every capability that an odd entry may mean is removed from all five sets, so that the
 * sets stay consistent for every reader.
 */
#include <string.h>

#include "capgate.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

/* Like strtoul(3) with this base, but never more than 64.  Ignores the rest, as cap_from_name(3)
 * does. */
static int leading_number(struct capgate_text t, int base)
{
	int v = 0;

	for (size_t i = 0; i < t.len && digit_value(t.p[i]) < base; i++) {
		v = v * base + digit_value(t.p[i]);
		if (v > 64)
			v = 64;
	}
	return v < 64 ? v : -1;
}

/* The base that strtoul(3) chooses for base 0.  Removes the prefix from *t. */
static int number_base(struct capgate_text *t, bool binary)
{
	char x = t->len > 2 ? (char)(t->p[1] | 0x20) : 0;

	if (t->p[0] != '0')
		return 10;
	if ((x == 'x' && digit_value(t->p[2]) < 16) ||
	    (binary && x == 'b' && digit_value(t->p[2]) < 2)) {
		t->p += 2;
		t->len -= 2;
		return x == 'x' ? 16 : 2;
	}
	return 8;
}

static int by_number(struct capgate_text t, bool binary)
{
	int base = number_base(&t, binary);

	return leading_number(t, base);
}

int capgate_cap_by_libcap(struct capgate_text entry)
{
	const char *nul = entry.len ? memchr(entry.p, 0, entry.len) : NULL;
	size_t n = 0;

	if (nul)
		entry.len = (size_t)(nul - entry.p);
	if (entry.len == 0)
		return -1;
	if (is_digit(entry.p[0]))
		return by_number(entry, false);
	while (n < entry.len && is_name_char(entry.p[n]))
		n++;
	entry.len = n;
	if (n <= 4 || capgate_text_distance((struct capgate_text){entry.p, 4},
					    capgate_text_of("cap_"), 1) != 0)
		return -1; /* libcap requires the prefix, in upper or lower case */
	return capgate_cap_lenient(entry);
}

/* str::to_uppercase() of youki and kata-agent, as far as it can end in a capability's name:
 * ASCII, U+017F to S, U+0131 to I.  Then CAP_ is removed as often as it occurs. */
int capgate_cap_by_youki(struct capgate_text entry)
{
	char buf[96];
	size_t n = 0, skip = 0;

	for (size_t i = 0; i < entry.len; i++) {
		unsigned char c = (unsigned char)entry.p[i];
		unsigned char d = i + 1 < entry.len ? (unsigned char)entry.p[i + 1] : 0;

		if (n == sizeof(buf))
			return -1;
		if ((c == 0xc5 && d == 0xbf) || (c == 0xc4 && d == 0xb1)) {
			buf[n++] = c == 0xc5 ? 'S' : 'I';
			i++;
		} else {
			buf[n++] = c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : (char)c;
		}
	}
	while (n - skip >= 4 && memcmp(buf + skip, "CAP_", 4) == 0)
		skip += 4;
	for (int c = 0; c < CAPGATE_NCAPS; c++)
		if (capgate_text_is((struct capgate_text){buf + skip, n - skip},
				    capgate_cap_info(c)->name + 4))
			return c;
	return -1;
}

/* kata-agent takes a JSON-encoded name, with the quotes in the string. */
static struct capgate_text without_quotes(struct capgate_text t)
{
	if (t.len >= 2 && t.p[0] == '"' && t.p[t.len - 1] == '"')
		return (struct capgate_text){t.p + 1, t.len - 2};
	return t;
}

capgate_set capgate_cap_meant(struct capgate_text entry)
{
	capgate_set meant = capgate_set_of(capgate_cap_by_libcap(entry));

	meant = capgate_set_or(meant, capgate_set_of(capgate_cap_by_youki(entry)));
	meant = capgate_set_or(meant, capgate_set_of(capgate_cap_by_youki(without_quotes(entry))));
	/* glibc since 2.38 reads 0b1101 as thirteen. */
	if (entry.len && is_digit(entry.p[0]))
		meant = capgate_set_or(meant, capgate_set_of(by_number(entry, true)));
	return meant;
}

void capgate_readings(const struct capgate_element *e, struct capgate_reading ret[CAPGATE_NREADERS])
{
	const int libcap = capgate_cap_by_libcap(e->text);

	ret[0] = (struct capgate_reading){"runc", "runc", e->cap, false};
	ret[1] = (struct capgate_reading){"crun before 1.28", "crun", -1, false};
	ret[2] = (struct capgate_reading){"crun since 1.28", "crun-1.28", libcap, false};
	ret[3] = (struct capgate_reading){"youki", "youki", capgate_cap_by_youki(e->text), false};
	if (e->is_string) {
		ret[1].cap = libcap;
	} else {
		/* A value of a wrong type fails in Go and Rust, is dropped by the reader with yajl,
		 * and becomes a string for the one with json-c. */
		ret[0].cap = ret[3].cap = -1;
		ret[0].fails = true;
		ret[2].fails = capgate_text_is(e->text, "null");
	}
	ret[3].fails = ret[3].cap < 0;
}
