/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A parser for the part of TOML that engines' configuration files use.  It reports events with
 * their places in the text.  Anything that it does not know is an error; it never guesses.
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
/* Separates the keys of a path.  No key can contain it. */
#define TOML_SEP "\x1f"

struct toml_event {
	enum toml_kind kind;
	const char *path;      /* all keys, TOML_SEP between them */
	size_t table_len;      /* the length of the part from the [table] header */
	struct capgate_span at; /* of the value, or of the header's line */
	struct capgate_text text;
};

typedef int (*toml_visit)(void *user, const struct toml_event *event);

/* Calls visit for each event.  Strings with escapes live in the arena, all others in text. */
int toml_parse(struct capgate_text text, struct capgate_arena *arena, toml_visit visit, void *user,
	       struct capgate_error *err) CAPGATE_MUST;

#endif
