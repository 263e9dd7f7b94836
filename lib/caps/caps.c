/* SPDX-License-Identifier: Apache-2.0 */
/* Names, numbers and set algebra: capabilities(7). */

#include <string.h>

#include "lib/base/base.h"

static const struct capgate_cap_facts table[CAPGATE_NCAPS] = {
#define CAPGATE_CAP(number, name, tier, meaning, substitute) \
	[number] = {"CAP_" #name, CAPGATE_TIER_##tier, meaning, substitute},
#include "capgate/captab.def"
#undef CAPGATE_CAP
};

const struct capgate_cap_facts *capgate_cap_info(int cap)
{
	return cap >= 0 && cap < CAPGATE_NCAPS ? &table[cap] : NULL;
}

const char *capgate_tier_name(enum capgate_tier tier)
{
	static const char *const names[] = {
		[CAPGATE_TIER_LOW] = "low",
		[CAPGATE_TIER_FILE_IDENTITY] = "file and identity",
		[CAPGATE_TIER_NETWORK] = "network",
		[CAPGATE_TIER_HOST_CONFIG] = "host configuration",
		[CAPGATE_TIER_ESCAPE] = "escape",
	};

	return (size_t)tier < COUNT(names) ? names[tier] : "unknown";
}

const char *capgate_which_name(enum capgate_which which)
{
	static const char *const names[CAPGATE_NSETS] = {
		[CAPGATE_BOUNDING] = "bounding",       [CAPGATE_EFFECTIVE] = "effective",
		[CAPGATE_INHERITABLE] = "inheritable", [CAPGATE_PERMITTED] = "permitted",
		[CAPGATE_AMBIENT] = "ambient",
	};

	return (unsigned)which < CAPGATE_NSETS ? names[which] : "unknown";
}

int capgate_cap_exact(struct capgate_text name)
{
	static const size_t prefix = sizeof("CAP_") - 1;

	if (name.len <= prefix || memcmp(name.p, "CAP_", prefix) != 0)
		return -1;
	/* Most names differ in the next letter, and are skipped without a call. */
	for (int c = 0; c < CAPGATE_NCAPS; c++)
		if (table[c].name[prefix] == name.p[prefix] && capgate_text_is(name, table[c].name))
			return c;
	return -1;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

/* Does name (any ASCII case) equal this upper-case C string? */
/* Does the text begin with this word, in any case? */
static bool begins(struct capgate_text name, const char *upper_case)
{
	size_t i = 0;

	while (i < name.len && upper_case[i] && upper(name.p[i]) == upper_case[i])
		i++;
	return upper_case[i] == '\0';
}

int capgate_cap_lenient(struct capgate_text name)
{
	static const char prefix[] = "CAP_";

	if (begins(name, prefix)) {
		name.p += strlen(prefix);
		name.len -= strlen(prefix);
	}
	for (int c = 0; c < CAPGATE_NCAPS; c++) {
		const char *bare = table[c].name + strlen(prefix);

		if (begins(name, bare) && name.len == strlen(bare))
			return c;
	}
	return -1;
}

const char *capgate_cap_nearest(struct capgate_text name)
{
	const char *best = NULL;
	size_t best_distance =
		name.len < 4 ? name.len : 4; /* at least one letter must be the same */

	for (int c = 0; c < CAPGATE_NCAPS; c++) {
		for (int prefix = 0; prefix <= 4; prefix += 4) {
			size_t d = capgate_text_distance(capgate_text_of(table[c].name + prefix),
							 name, best_distance);

			if (d < best_distance) {
				best = table[c].name + 4;
				best_distance = d;
			}
		}
	}
	return best;
}

capgate_set capgate_set_all(void)
{
	return (capgate_set){((uint64_t)1 << CAPGATE_NCAPS) - 1};
}

capgate_set capgate_set_of(int cap)
{
	return (capgate_set){cap >= 0 && cap < 64 ? (uint64_t)1 << cap : 0};
}

bool capgate_set_has(capgate_set s, int cap)
{
	return cap >= 0 && cap < 64 && (s.bits >> cap & 1);
}

capgate_set capgate_set_or(capgate_set a, capgate_set b)
{
	return (capgate_set){a.bits | b.bits};
}

capgate_set capgate_set_and(capgate_set a, capgate_set b)
{
	return (capgate_set){a.bits & b.bits};
}

capgate_set capgate_set_minus(capgate_set a, capgate_set b)
{
	return (capgate_set){a.bits & ~b.bits};
}

capgate_set capgate_set_union(const capgate_set set[CAPGATE_NSETS])
{
	capgate_set any = {0};

	for (int s = 0; s < CAPGATE_NSETS; s++)
		any = capgate_set_or(any, set[s]);
	return any;
}

bool capgate_set_within(capgate_set inner, capgate_set outer)
{
	return (inner.bits & ~outer.bits) == 0;
}

bool capgate_set_empty(capgate_set s)
{
	return s.bits == 0;
}

bool capgate_set_same(capgate_set a, capgate_set b)
{
	return a.bits == b.bits;
}

int capgate_set_count(capgate_set s)
{
	int n = 0;

	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0;)
		n++;
	return n;
}

int capgate_set_next(capgate_set s, int from)
{
	uint64_t left;

	if (from < 0)
		from = 0;
	left = from < 64 ? s.bits >> from : 0;
	return left ? from + __builtin_ctzll(left) : -1;
}
