/* SPDX-License-Identifier: Apache-2.0 */
#include "runtimemap.h"

#include "lib/json/json.h"

enum { FIELD_NONE, FIELD_TOP, FIELD_RUNTIMES, FIELD_ENTRY, FIELD_PATH };

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_TOP,
	.members =
		(const struct capgate_member[]){
			{"runtimes",
			 SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_RUNTIMES,
			       .each = SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_ARRAY,
					     .field = FIELD_ENTRY,
					     .each = SHAPE(.types = CAPGATE_T_STRING,
							   .field = FIELD_PATH)))},
			{0},
		},
};

static int visit_map(void *user, const struct capgate_walk *walk, int field,
		     const struct capgate_json_event *e)
{
	struct runtimemap *json = user;
	bool end = e->kind == CAPGATE_JSON_END;
	struct runtimemap_entry *entry;

	if (field == FIELD_TOP && end)
		json->top = e->at;
	if (field == FIELD_RUNTIMES && end)
		json->runtimes = e->at;
	if (field == FIELD_ENTRY && !end) {
		if (json->n == RUNTIMEMAP_NAMES)
			return capgate_walk_fail(walk, CAPGATE_ELIMIT, CAPGATE_RULE_RUNTIME,
						 e->at.off, "more than %d runtimes",
						 RUNTIMEMAP_NAMES);
		json->v[json->n++] =
			(struct runtimemap_entry){.name = walk->frame[walk->depth].key};
	}
	if (e->kind != CAPGATE_JSON_STRING)
		return 0;
	entry = &json->v[json->n - 1];
	if (entry->n == RUNTIMEMAP_PATHS)
		return capgate_walk_fail(walk, CAPGATE_ELIMIT, CAPGATE_RULE_RUNTIME, e->at.off,
					 "more than %d paths", RUNTIMEMAP_PATHS);
	entry->path[entry->n++] = e->text;
	return 0;
}

int runtimemap_parse(struct capgate_text text, struct capgate_arena *arena,
		      struct runtimemap *ret, struct capgate_error *err)
{
	*ret = (struct runtimemap){0};
	return capgate_walk_text(text, (struct capgate_json_options){.comments = true}, &shape,
				 arena, visit_map, ret, err);
}

const struct runtimemap_entry *runtimemap_find(const struct runtimemap *json, const char *name)
{
	for (size_t i = 0; i < json->n; i++)
		if (capgate_text_is(json->v[i].name, name))
			return &json->v[i];
	return NULL;
}
