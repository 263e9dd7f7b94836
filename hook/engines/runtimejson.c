/* SPDX-License-Identifier: Apache-2.0 */
#include "runtimejson.h"

#include <limits.h>
#include <string.h>

#include "lib/json/json.h"

enum {
	FIELD_NONE,
	FIELD_TOP,
	FIELD_VERSION,
	FIELD_RUNTIMES,
	FIELD_RUNTIME, /* of one name: a path, or the array of them */
	FIELD_PATH,    /* one of the array */
	NFIELDS
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_TOP,
	.closed = true,
	.members = MEMBERS(
		{"version", SHAPE(.types = CAPGATE_T_NUMBER, .field = FIELD_VERSION)},
		{"runtimes", SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_RUNTIMES,
				   .each = SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_ARRAY,
						 .field = FIELD_RUNTIME,
						 .expected = "a path or an array of paths",
						 .each = STRING(FIELD_PATH)))}),
};

static int add_path(struct runtimejson *json, const struct capgate_walk *walk,
		    const struct capgate_json_event *e)
{
	struct runtimejson_entry *entry = &json->v[json->n - 1];
	struct capgate_text path = e->text;

	if (path.len == 0 || path.p[0] != '/' || path.len >= PATH_MAX ||
	    memchr(path.p, 0, path.len))
		return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_RUNTIME, e->at.off,
					 "a runtime is named by its absolute path");
	if (entry->n == RUNTIMEJSON_PATHS)
		return capgate_walk_fail(walk, CAPGATE_ELIMIT, CAPGATE_RULE_RUNTIME, e->at.off,
					 "more than %d paths", RUNTIMEJSON_PATHS);
	entry->path[entry->n++] = path;
	return 0;
}

static int add_entry(struct runtimejson *json, const struct capgate_walk *walk,
		     const struct capgate_json_event *e)
{
	if (json->n == RUNTIMEJSON_NAMES)
		return capgate_walk_fail(walk, CAPGATE_ELIMIT, CAPGATE_RULE_RUNTIME, e->at.off,
					 "more than %d runtimes", RUNTIMEJSON_NAMES);
	json->v[json->n++] = (struct runtimejson_entry){.name = walk->frame[walk->depth].key};
	return e->kind == CAPGATE_JSON_STRING ? add_path(json, walk, e) : 0;
}

static int visit_map(void *user, const struct capgate_walk *walk, int field,
		     const struct capgate_json_event *e)
{
	struct runtimejson *json = user;
	bool end = e->kind == CAPGATE_JSON_END;

	switch (field) {
	case FIELD_TOP:
		json->top = e->at;
		return 0;
	case FIELD_VERSION:
		if (!capgate_text_is(e->text, "1"))
			return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_RUNTIME,
						 e->at.off, "this capgate reads version 1");
		json->has_version = true;
		return 0;
	case FIELD_RUNTIMES:
		json->runtimes = e->at;
		return 0;
	case FIELD_RUNTIME:
		return end ? 0 : add_entry(json, walk, e);
	default:
		return add_path(json, walk, e);
	}
}

int runtimejson_parse(struct capgate_text text, struct capgate_arena *arena,
		      struct runtimejson *ret, struct capgate_error *err)
{
	/* Only used entries are written, because clearing the table would touch many pages. */
	ret->has_version = false;
	ret->top = ret->runtimes = (struct capgate_span){0};
	ret->n = 0;
	return capgate_walk_text(text, (struct capgate_json_options){.comments = true}, &shape,
				 arena, visit_map, ret, err);
}

const struct runtimejson_entry *runtimejson_find(const struct runtimejson *json, const char *name)
{
	for (size_t i = 0; i < json->n; i++)
		if (capgate_text_is(json->v[i].name, name))
			return &json->v[i];
	return NULL;
}

/* ---- The schema --------------------------------------------------------------------- */

/* An absolute path of at most PATH_MAX - 1 bytes. */
#define PATH ",\"pattern\":\"^/\",\"maxLength\":4095"

static void out_more(const struct capgate_shape *of, struct capgate_out *out)
{
	static const char *const texts[NFIELDS] = {
		[FIELD_TOP] = ",\"required\":[\"version\"]",
		[FIELD_VERSION] = ",\"const\":1,\"description\":\"The version of this format.\"",
		[FIELD_RUNTIME] =
			PATH ",\"maxItems\":16,\"description\":\"The real runtime for a name of "
			     "the wrapper; of several, the first that exists is used.\"",
		[FIELD_PATH] = PATH ",\"description\":\"An absolute path.\"",
	};

	if (texts[of->field])
		capgate_out_string(out, texts[of->field]);
}

_Static_assert(RUNTIMEJSON_PATHS == 16, "the schema says so, too");

void runtimejson_schema(struct capgate_out *out)
{
	capgate_schema_write(
		&shape, "\"title\":\"capgate's runtime.json, version 1\",\"allowComments\":true,",
		out_more, out);
}
