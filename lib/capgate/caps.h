/* SPDX-License-Identifier: Apache-2.0 */
/* libcapgate: capabilities: capabilities(7).  Include capgate.h. */
#ifndef CAPGATE_API_CAPS_H
#define CAPGATE_API_CAPS_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A struct, so that a number cannot pass for a mask. */
typedef struct {
	uint64_t bits;
} capgate_set;

enum capgate_which {
	CAPGATE_BOUNDING,
	CAPGATE_EFFECTIVE,
	CAPGATE_INHERITABLE,
	CAPGATE_PERMITTED,
	CAPGATE_AMBIENT,
	CAPGATE_NSETS
};

enum capgate_tier {
	CAPGATE_TIER_LOW,
	CAPGATE_TIER_FILE_IDENTITY,
	CAPGATE_TIER_NETWORK,
	CAPGATE_TIER_HOST_CONFIG,
	CAPGATE_TIER_ESCAPE,
};

enum capgate_cap {
#define CAPGATE_CAP(number, name, tier, meaning, substitute) CAPGATE_CAP_##name = number,
#include "captab.def"
#undef CAPGATE_CAP
	CAPGATE_NCAPS
};

struct capgate_cap_facts {
	const char *name; /* "CAP_NET_RAW" */
	enum capgate_tier tier;
	const char *meaning;
	const char *substitute;
};

/* NULL unless 0 <= cap < CAPGATE_NCAPS. */
CAPGATE_API const struct capgate_cap_facts *capgate_cap_info(int cap);

struct capgate_cap_remarks {
	const char *why;       /* it is in its tier */
	const char *attacks;   /* CVE numbers, ATT&CK techniques; may be "" */
	const char *needed_by; /* who usually asks for it */
};

/* NULL unless 0 <= cap < CAPGATE_NCAPS. */
CAPGATE_API const struct capgate_cap_remarks *capgate_cap_note(int cap);
CAPGATE_API const char *capgate_tier_name(enum capgate_tier tier);
/* "bounding", "effective", ... as in the runtime specification. */
CAPGATE_API const char *capgate_which_name(enum capgate_which which);

/* The number of a canonical name ("CAP_NET_RAW"), byte for byte; otherwise -1.  Nothing is
 * ever allowed by another reading. */
CAPGATE_API int capgate_cap_exact(struct capgate_text name);
/* For people's input (policies, command lines): any case, CAP_ optional;
 * else -1.  Never used on a specification. */
CAPGATE_API int capgate_cap_lenient(struct capgate_text name);
/* The known name nearest to a misspelt one, or NULL if none is near. */
CAPGATE_API const char *capgate_cap_nearest(struct capgate_text name);
/* What somebody sees who misses it. */
struct capgate_symptom {
	enum capgate_cap cap;
	const char *words;
	const char *sysctl, *value; /* what makes it unnecessary; NULL: nothing does */
};

/* NULL when nothing is known. */
CAPGATE_API const struct capgate_symptom *capgate_symptom_of(int cap);

/* What a program's message can mean: it missed that capability, because of why. */
struct capgate_meaning {
	int cap; /* -1: no capability, but what rule is about */
	enum capgate_rule rule; /* NONE when cap is one */
	size_t letters; /* of the message, that are known words: more is more certain */
	const char *why;
	bool of_file; /* the program did not start, because its file has the capability */
};

#define CAPGATE_MEANINGS_MAX 4

/* The likeliest first; returns how many, 0: no such message is known. */
CAPGATE_API size_t capgate_message_meanings(struct capgate_text message,
					    struct capgate_meaning ret[CAPGATE_MEANINGS_MAX]);

/* Everything that any runtime in the field could make of an entry that is not
 * canonical: libcap's cap_from_name(3) (numbers, any case, trailing garbage)
 * and youki's folding.  For explaining and for removing; never for allowing. */
CAPGATE_API capgate_set capgate_cap_meant(struct capgate_text entry);
/* What libcap (crun) makes of it: a number 0..63, or -1. */
CAPGATE_API int capgate_cap_by_libcap(struct capgate_text entry);
/* What youki and kata-agent make of it: a number, or -1. */
CAPGATE_API int capgate_cap_by_youki(struct capgate_text entry);

CAPGATE_API capgate_set capgate_set_all(void); /* the 41 that we know */
CAPGATE_API capgate_set capgate_set_of(int cap);
CAPGATE_API bool capgate_set_has(capgate_set s, int cap);
CAPGATE_API capgate_set capgate_set_or(capgate_set a, capgate_set b);
CAPGATE_API capgate_set capgate_set_and(capgate_set a, capgate_set b);
CAPGATE_API capgate_set capgate_set_minus(capgate_set a, capgate_set b);
/* What is in any of the five. */
CAPGATE_API capgate_set capgate_set_union(const capgate_set set[CAPGATE_NSETS]);
CAPGATE_API bool capgate_set_within(capgate_set inner, capgate_set outer);
CAPGATE_API bool capgate_set_empty(capgate_set s);
CAPGATE_API bool capgate_set_same(capgate_set a, capgate_set b);
CAPGATE_API int capgate_set_count(capgate_set s);
/* The next member >= from, or -1: for (c = -1; (c = capgate_set_next(s, c + 1)) >= 0;) */
CAPGATE_API int capgate_set_next(capgate_set s, int from);

#ifdef __cplusplus
}
#endif
#endif
