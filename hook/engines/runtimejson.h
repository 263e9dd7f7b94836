/* SPDX-License-Identifier: Apache-2.0 */
/* runtime.json: which runtime belongs to each name of the wrapper. */
#ifndef RUNTIMEJSON_H
#define RUNTIMEJSON_H

#include "lib/json/json.h"

enum {
	RUNTIMEJSON_NONE,
	RUNTIMEJSON_VERSION,
	RUNTIMEJSON_RUNTIME, /* its value: a path, or the array of them */
	RUNTIMEJSON_PATH,    /* one of the array */
	RUNTIMEJSON_NFIELDS
};

/* As many paths may belong to one name. */
#define RUNTIMEJSON_PATHS_MAX 16

extern const struct capgate_shape runtimejson_shape;
/* The same as a JSON Schema. */
void runtimejson_schema(struct capgate_out *out);

#endif
