/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.json: the runtime that each name of the wrapper runs. */
#ifndef RUNTIMEJSON_H
#define RUNTIMEJSON_H

#include "capgate.h"

#define RUNTIMEJSON_NAMES 96
/* The most paths for one name. */
#define RUNTIMEJSON_PATHS 16

struct runtimejson_entry {
	struct capgate_text name, path[RUNTIMEJSON_PATHS]; /* absolute paths */
	size_t n;
};

struct runtimejson {
	bool has_version;                  /* without it, the wrapper refuses the file */
	struct capgate_span top, runtimes; /* objects; length 0 if absent */
	struct runtimejson_entry v[RUNTIMEJSON_NAMES]; /* only the first n are valid */
	size_t n;
};

/* Strict: an unknown member is an error.  The texts are views into text and arena. */
int runtimejson_parse(struct capgate_text text, struct capgate_arena *arena,
		      struct runtimejson *ret, struct capgate_error *err) CAPGATE_MUST;
const struct runtimejson_entry *runtimejson_find(const struct runtimejson *json, const char *name);
/* Prints the JSON Schema of this file. */
void runtimejson_schema(struct capgate_out *out);

#endif
