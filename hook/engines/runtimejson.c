/* SPDX-License-Identifier: Apache-2.0 */
#include "runtimejson.h"

const struct capgate_shape runtimejson_shape = {
	.types = CAPGATE_T_OBJECT,
	.closed = true,
	.members = MEMBERS(
		{"version", SHAPE(.types = CAPGATE_T_NUMBER, .field = RUNTIMEJSON_VERSION)},
		{"runtimes", SHAPE(.types = CAPGATE_T_OBJECT,
				   .each = SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_ARRAY,
						 .field = RUNTIMEJSON_RUNTIME,
						 .expected = "a path or an array of paths",
						 .each = SHAPE(.types = CAPGATE_T_STRING,
							       .field = RUNTIMEJSON_PATH)))}),
};

/* An absolute path of at most PATH_MAX - 1 bytes. */
#define PATH ",\"pattern\":\"^/\",\"maxLength\":4095"

static void more(const struct capgate_shape *shape, struct capgate_out *out)
{
	static const char *const texts[RUNTIMEJSON_NFIELDS] = {
		[RUNTIMEJSON_VERSION] = ",\"const\":1,\"description\":\"Of this format.\"",
		[RUNTIMEJSON_RUNTIME] = PATH
		",\"maxItems\":16,\"description\":\"The real runtime of a name "
		"of the wrapper, or several, of which the first that is there is taken.\"",
		[RUNTIMEJSON_PATH] = PATH ",\"description\":\"An absolute path.\"",
	};

	if (shape == &runtimejson_shape)
		capgate_out_string(out, ",\"required\":[\"version\"]");
	else if (shape->field)
		capgate_out_string(out, texts[shape->field]);
}

_Static_assert(RUNTIMEJSON_PATHS_MAX == 16, "the schema says so, too");

void runtimejson_schema(struct capgate_out *out)
{
	capgate_schema_write(
		&runtimejson_shape,
		"\"title\":\"capgate's runtime.json, version 1\",\"allowComments\":true,", more,
		out);
}
