/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.json as a text: which names it has, and where a new one is put. */
#ifndef RUNTIMEMAP_H
#define RUNTIMEMAP_H

#include "capgate.h"

#define RUNTIMEMAP_NAMES 96
#define RUNTIMEMAP_PATHS 16

struct runtimemap_entry {
	struct capgate_text name, path[RUNTIMEMAP_PATHS];
	size_t n;
};

struct runtimemap {
	struct capgate_span top, runtimes; /* objects; length 0: not there */
	struct runtimemap_entry v[RUNTIMEMAP_NAMES];
	size_t n;
};

/* As the wrapper reads it.  The texts are views into text and arena. */
int runtimemap_parse(struct capgate_text text, struct capgate_arena *arena,
		      struct runtimemap *ret, struct capgate_error *err) CAPGATE_MUST;
const struct runtimemap_entry *runtimemap_find(const struct runtimemap *json, const char *name);

#endif
