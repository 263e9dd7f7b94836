/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML as JSON, and where each of its values stood.  yaml.c is the only file that knows
 * libyaml, and runs confined like every other reader.
 *
 * What is refused on top of libyaml's grammar: text that is not clean UTF-8, keys that
 * are no scalars, tags of an application's own, aliases that name what is around them,
 * more depth, aliases or text than the limits.  Keys that stand twice are for the reader
 * of the JSON, which refuses them.  Merge keys (<<) are followed, as compose files use
 * them.  Plain words are read by the core schema, and yes, no, on and off as true and
 * false, which is what YAML 1.1 and so Kubernetes make of them.
 */
#ifndef DOCUMENTS_YAML_H
#define DOCUMENTS_YAML_H

#include "capgate.h"

/* A value or a key: where it is in the JSON, and where it stood. */
struct yaml_mark {
	size_t json;
	struct capgate_span at;
};

struct yaml_text {
	struct capgate_text json; /* one document a line */
	struct yaml_mark *marks;  /* by their place in the JSON */
	size_t n_marks;
};

/* Aliases in one text; each adds a copy. */
#define YAML_ALIASES_MAX 1000

/* Everything in *ret is in the arena, for which yaml_arena_for() is enough.  limit: bytes
 * of JSON.  CAPGATE_ESYNTAX, _ELIMIT, _EAMBIGUOUS, _ENOMEM, with a place in text. */
int yaml_read(struct capgate_text text, size_t limit, struct capgate_arena *arena,
	      struct yaml_text *ret, struct capgate_error *err) CAPGATE_MUST;
size_t yaml_arena_for(size_t text_len, size_t limit);

/* The place of the value that begins at that byte of the JSON; a byte without a mark (a
 * comma) has the place of the value before it. */
struct capgate_span yaml_place(const struct yaml_text *yaml, size_t json);

#endif
