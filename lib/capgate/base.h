/* SPDX-License-Identifier: Apache-2.0 */
/* libcapgate: text, errors and memory.  Include capgate.h. */
#ifndef CAPGATE_API_BASE_H
#define CAPGATE_API_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CAPGATE_API __attribute__((visibility("default")))
#define CAPGATE_MUST __attribute__((warn_unused_result))
#define CAPGATE_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define CAPGATE_API
#define CAPGATE_MUST
#define CAPGATE_PRINTF(f, a)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Text ------------------------------------- */

/* Bytes that somebody else owns, not necessarily with a NUL at the end. */
struct capgate_text {
	const char *p;
	size_t len;
};

/* A slice of a document: [off, off + len), quotes and braces included. */
struct capgate_span {
	size_t off, len;
};

#define CAPGATE_NOWHERE ((size_t)-1)

/* Runtimes treat absent, null and empty values differently. */
enum capgate_presence { CAPGATE_ABSENT, CAPGATE_IS_NULL, CAPGATE_PRESENT };

/* Only for literals and argv.  Everything else comes with its length. */
CAPGATE_API struct capgate_text capgate_text_of(const char *cstring);
CAPGATE_API bool capgate_text_is(struct capgate_text t, const char *cstring);
CAPGATE_API bool capgate_text_equal(struct capgate_text a, struct capgate_text b);
CAPGATE_API bool capgate_text_begins(struct capgate_text t, const char *prefix);
/* The Levenshtein distance, ignoring ASCII case; limit if it is that or more, or if a text is
 * longer than 32 bytes.  For "did you mean". */
CAPGATE_API size_t capgate_text_distance(struct capgate_text a, struct capgate_text b,
					 size_t limit);

/* ---- Errors ----------------------------------------------------------- */

enum capgate_status {
	CAPGATE_OK = 0,
	CAPGATE_ENOMEM = -1,	 /* the arena is full */
	CAPGATE_ELIMIT = -2,	 /* larger or deeper than the limit */
	CAPGATE_ESYNTAX = -3,	 /* not one strict JSON document in clean UTF-8 */
	CAPGATE_EAMBIGUOUS = -4, /* two readers could read two things */
	CAPGATE_EINVALID = -5,	 /* JSON, but not a valid specification */
	CAPGATE_EPOLICY = -6,	 /* the policy cannot be used */
	CAPGATE_EIO = -7,	 /* reading, writing or another system call */
	CAPGATE_EINTERNAL = -8,	 /* a check of our own work failed */
};

/* Zero refuses. */
enum capgate_verdict { CAPGATE_REFUSE, CAPGATE_STRIP, CAPGATE_PASS };

enum capgate_severity {
	CAPGATE_SEVERITY_NOTE,
	CAPGATE_SEVERITY_LOW,
	CAPGATE_SEVERITY_MEDIUM,
	CAPGATE_SEVERITY_HIGH,
	CAPGATE_SEVERITY_CRITICAL,
};

enum capgate_rule {
#define CAPGATE_RULE(symbol, id, name, severity, status, aliases, cause, remedy) \
	CAPGATE_RULE_##symbol,
#include "rules.def"
#undef CAPGATE_RULE
	CAPGATE_NRULES
};

struct capgate_rule_text {
	const char *id;	  /* "CPG101": stable */
	const char *name; /* "net-raw" */
	enum capgate_severity severity;
	int exit_status;     /* of a hook that refuses for this reason; 0: a note */
	const char *aliases; /* separated by blanks; may be "" */
	const char *cause;
	const char *remedy;
};

CAPGATE_API const struct capgate_rule_text *capgate_rule_info(enum capgate_rule rule);
/* Finds a rule by id ("CPG101") or name ("net-raw"), in any case.  CAPGATE_NRULES if it is
 * unknown. */
CAPGATE_API enum capgate_rule capgate_rule_find(struct capgate_text word);
/* The id or name that is most similar to a misspelt one; NULL if none is similar. */
CAPGATE_API const char *capgate_rule_nearest(struct capgate_text word);
CAPGATE_API const char *capgate_verdict_name(
	enum capgate_verdict verdict); /* "refuse", "strip", "pass" */
CAPGATE_API const char *capgate_severity_name(enum capgate_severity severity);

/* The caller owns it, and nothing has to be freed.  All text is printable UTF-8. */
struct capgate_error {
	enum capgate_status code;
	enum capgate_rule rule;
	size_t pos;	/* byte offset in the text, or CAPGATE_NOWHERE */
	char path[192]; /* "process.capabilities.bounding[3]"; may be "" */
	char msg[320];	/* one sentence without a full stop */
};

/* Line and column (both from 1, columns in bytes) of a byte offset. */
CAPGATE_API void capgate_locate(struct capgate_text text, size_t pos, size_t *line, size_t *column);

/* ---- Memory ----------------------------------------------------------- */

/* Allocates from one block, which the caller owns and which is the limit.  Allocations are not
 * freed individually. */
struct capgate_arena {
	unsigned char *base;
	size_t size, used;
	size_t allocations; /* how many there were */
	size_t fail_at;	    /* for tests: this allocation fails (counted from 1) */
};

CAPGATE_API void capgate_arena_init(struct capgate_arena *arena, void *block, size_t size);
/* The memory is zeroed, and aligned for any type.  NULL if the block is full. */
CAPGATE_API void *capgate_arena_alloc(struct capgate_arena *arena, size_t n) CAPGATE_MUST;
/* The size of a block that suffices to judge and rewrite a text of this length. */
CAPGATE_API size_t capgate_arena_for(size_t text_len);

#ifdef __cplusplus
}
#endif
#endif
