/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads YAML as JSON, and records where each value is in the text. yaml.c is the only file that
 * uses libyaml, and runs confined like every other reader.
 *
 * In addition to libyaml's grammar errors, this refuses: text that is not clean UTF-8, keys
 * that are not scalars, tags of applications, aliases that contain themselves, and more depth,
 * aliases or text than the limits.  The reader of the JSON refuses duplicate keys.  Merge keys
 * (<<) are followed, because compose files use them.  Plain words are read by the core schema,
 * and yes, no, on and off as true and false, as in YAML 1.1 and so in Kubernetes.
 */
#ifndef DOCUMENTS_YAML_H
#define DOCUMENTS_YAML_H

#include "capgate.h"

/* A value or a key: its position in the JSON, and its place in the YAML text. */
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
