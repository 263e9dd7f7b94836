/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads strict JSON (RFC 8259) as events with byte spans.  Only read.c uses yajl.
 *
 * yajl alone is too tolerant: it accepts overlong UTF-8, unpaired surrogates, U+0000, \f and \v
 * as white space and any depth, and does not check malloc.  In addition to its grammar errors,
 * this refuses ill-formed UTF-8, a byte order mark, control characters, \u0000 and unpaired
 * surrogates in any string, and depth beyond the limit.
 */
#ifndef CAPGATE_JSON_H
#define CAPGATE_JSON_H

#include "capgate.h"

enum capgate_json_kind {
	CAPGATE_JSON_NULL,
	CAPGATE_JSON_BOOL,
	CAPGATE_JSON_NUMBER, /* text: the token, never converted */
	CAPGATE_JSON_STRING, /* text: unescaped */
	CAPGATE_JSON_OBJECT, /* begins */
	CAPGATE_JSON_ARRAY,  /* begins */
	CAPGATE_JSON_KEY,    /* text: unescaped */
	CAPGATE_JSON_END,    /* of the innermost object or array */
};

struct capgate_json_event {
	enum capgate_json_kind kind;
	struct capgate_span at;   /* the token, with quotes */
	struct capgate_text text; /* a view into the document or the arena */
	bool truth;
};

/* Returns 0 to continue, or a negative status with a filled-in error. */
typedef int (*capgate_json_visit)(void *user, const struct capgate_json_event *event);

struct capgate_json_options {
	bool comments; /* slash-star and slash-slash: for policies, never for specifications */
	/*
	 * A span of the text that the caller has already parsed with capgate_json_parse(), as an
	 * object; len 0 if there is none.  Any JSON value may be replaced by another one (RFC 8259,
	 * section 2), so "{}" is read in its place, and the events are those of an empty object
	 * with this span.  Parsing fails if no object begins and ends exactly there.  After any
	 * failure the caller must parse the whole text to get the reason.
	 */
	struct capgate_span known;
};

int capgate_json_parse(struct capgate_text text, struct capgate_json_options options,
		       struct capgate_arena *arena, capgate_json_visit visit, void *user,
		       struct capgate_error *err) CAPGATE_MUST;

/* Converts a plain integer token ("0", "17"; not "-0", "1.0", "1e3") of at most max.  Returns
 * false for anything else. */
bool capgate_json_uint(struct capgate_text token, uint64_t max, uint64_t *ret) CAPGATE_MUST;

#endif
