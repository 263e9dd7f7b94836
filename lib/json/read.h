/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict JSON (RFC 8259) as events with byte spans.  json.c is the only file
 * that knows yajl.
 *
 * yajl alone is too kind: it takes overlong UTF-8, half surrogate pairs,
 * U+0000, \f and \v as white space, any depth, and never checks malloc.
 * What is refused here on top of its grammar: ill-formed UTF-8, a byte order
 * mark, control characters, \u0000 and unpaired surrogates in any string,
 * depth beyond the limit.
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
	struct capgate_span at;   /* of the token, quotes included */
	struct capgate_text text; /* a view into the document or the arena */
	bool truth;
};

/* Returns 0 to go on, or a negative status having filled in the error. */
typedef int (*capgate_json_visit)(void *user, const struct capgate_json_event *event);

struct capgate_json_options {
	bool comments; /* slash-star and slash-slash: for policies, never for specifications */
	/*
	 * len 0: none.  The caller has read the bytes of this span before, by
	 * capgate_json_parse(), as an object.  A value may stand wherever another may (RFC
	 * 8259, section 2), so "{}" is read there in its place: the events are those of an
	 * empty object with this span.  It fails unless an object begins and ends just
	 * there; whatever else it fails for, the whole has to be read to know why.
	 */
	struct capgate_span known;
};

int capgate_json_parse(struct capgate_text text, struct capgate_json_options options,
		       struct capgate_arena *arena, capgate_json_visit visit, void *user,
		       struct capgate_error *err) CAPGATE_MUST;

/* The value of a plain integer token ("0", "17"; not "-0", "1.0", "1e3"), at
 * most max.  False: it is something else. */
bool capgate_json_uint(struct capgate_text token, uint64_t max, uint64_t *ret) CAPGATE_MUST;

#endif
