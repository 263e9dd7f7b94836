/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TOML, as far as engines' configuration files use it: as events with byte
 * spans.  What this reader does not know it refuses; it never guesses.
 */
#ifndef TOML_H
#define TOML_H

#include "capgate.h"

enum toml_kind {
	TOML_TABLE,   /* [a.b] header; at: the line */
	TOML_STRING,  /* value; text without quotes */
	TOML_OTHER,   /* number, boolean, date; text as written */
	TOML_ARRAY,   /* an array ends; at: with brackets */
	TOML_ELEMENT, /* a string in an array; path is the array's */
	TOML_INLINE,  /* an inline table ends; at: with braces */
	TOML_END,     /* of the document */
};

#define TOML_PATH_MAX 512
/* Between the keys of a path: no key can hold it. */
#define TOML_SEP "\x1f"

struct toml_event {
	enum toml_kind kind;
	const char *path;      /* all keys, TOML_SEP between them */
	size_t table_len;      /* how much of it came from the [table] header */
	struct capgate_span at; /* of the value; of the header line */
	struct capgate_text text;
};

typedef int (*toml_visit)(void *user, const struct toml_event *event);

/* arena: for strings with escapes. */
int toml_parse(struct capgate_text text, struct capgate_arena *arena, toml_visit visit, void *user,
	       struct capgate_error *err) CAPGATE_MUST;

#endif
