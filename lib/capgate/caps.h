/* SPDX-License-Identifier: Apache-2.0 */
/* libcapgate: capabilities(7).  Include capgate.h. */
#ifndef CAPGATE_API_CAPS_H
#define CAPGATE_API_CAPS_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A struct, so that a capability number cannot be passed as a mask. */
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
	const char *why;       /* why it is in its tier */
	const char *attacks;   /* CVE numbers, ATT&CK techniques; may be "" */
	const char *needed_by; /* programs that usually need it */
};

/* NULL unless 0 <= cap < CAPGATE_NCAPS. */
CAPGATE_API const struct capgate_cap_remarks *capgate_cap_note(int cap);
CAPGATE_API const char *capgate_tier_name(enum capgate_tier tier);
/* "bounding", "effective", ... as in the runtime specification. */
CAPGATE_API const char *capgate_which_name(enum capgate_which which);

/* The number of a canonical name ("CAP_NET_RAW"), byte for byte; otherwise -1.  Nothing is
 * ever allowed by another reading. */
CAPGATE_API int capgate_cap_exact(struct capgate_text name);
/* For what people write (policies, command lines): any case, CAP_ optional; else -1.  Never used
 * for a specification. */
CAPGATE_API int capgate_cap_lenient(struct capgate_text name);
/* The known name that is most similar to a misspelt one; NULL if none is similar. */
CAPGATE_API const char *capgate_cap_nearest(struct capgate_text name);
/* What users see when a capability is missing. */
struct capgate_symptom {
	enum capgate_cap cap;
	const char *words;
	const char *sysctl, *value; /* a sysctl that makes it unnecessary, or NULL */
};

/* NULL if nothing is known. */
CAPGATE_API const struct capgate_symptom *capgate_symptom_of(int cap);

/* A possible meaning of a program's message: this capability is missing, and why. */
struct capgate_meaning {
	int cap; /* -1: not a capability, but what rule is about */
	enum capgate_rule rule; /* NONE if cap is a capability */
	size_t letters; /* of known words in the message: the more, the more certain */
	const char *why;
	bool of_file; /* the program did not start, because its file has the capability */
};

#define CAPGATE_MEANINGS_MAX 4

/* Returns the number of meanings, the likeliest first; 0 if the message is unknown. */
CAPGATE_API size_t capgate_message_meanings(struct capgate_text message,
					    struct capgate_meaning ret[CAPGATE_MEANINGS_MAX]);

/*
 * All capabilities that any known runtime could read from an entry that is not canonical: with
 * libcap's cap_from_name(3) (numbers, any case, trailing garbage) or youki's folding.  For
 * explanations and removal, never to allow anything.
 */
CAPGATE_API capgate_set capgate_cap_meant(struct capgate_text entry);
/* How libcap (crun) reads it: a number 0..63, or -1. */
CAPGATE_API int capgate_cap_by_libcap(struct capgate_text entry);
/* How youki and kata-agent read it: a number, or -1. */
CAPGATE_API int capgate_cap_by_youki(struct capgate_text entry);

CAPGATE_API capgate_set capgate_set_all(void); /* the 41 known ones */
CAPGATE_API capgate_set capgate_set_of(int cap);
CAPGATE_API bool capgate_set_has(capgate_set s, int cap);
CAPGATE_API capgate_set capgate_set_or(capgate_set a, capgate_set b);
CAPGATE_API capgate_set capgate_set_and(capgate_set a, capgate_set b);
CAPGATE_API capgate_set capgate_set_minus(capgate_set a, capgate_set b);
/* The union of the five sets. */
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
