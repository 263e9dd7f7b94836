/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.json: which runtime belongs to each name of the wrapper. */
#ifndef RUNTIMEJSON_H
#define RUNTIMEJSON_H

#include "capgate.h"

#define RUNTIMEJSON_NAMES 96
/* As many paths may belong to one name. */
#define RUNTIMEJSON_PATHS 16

struct runtimejson_entry {
	struct capgate_text name, path[RUNTIMEJSON_PATHS]; /* absolute paths */
	size_t n;
};

struct runtimejson {
	bool has_version;                  /* without it, the wrapper refuses the file */
	struct capgate_span top, runtimes; /* objects; length 0: not there */
	struct runtimejson_entry v[RUNTIMEJSON_NAMES]; /* n of them mean something */
	size_t n;
};

/* Strict: an unknown member is an error.  The texts are views into text and arena. */
int runtimejson_parse(struct capgate_text text, struct capgate_arena *arena,
		      struct runtimejson *ret, struct capgate_error *err) CAPGATE_MUST;
const struct runtimejson_entry *runtimejson_find(const struct runtimejson *json, const char *name);
/* The same as a JSON Schema. */
void runtimejson_schema(struct capgate_out *out);

#endif
