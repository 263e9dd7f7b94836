/* SPDX-License-Identifier: Apache-2.0 */
#include "daemonjson.h"

#include "lib/json/json.h"
#include "wiring.h"

enum {
	FIELD_NONE,
	FIELD_TOP,
	FIELD_RUNTIMES,
	FIELD_OURS,
	FIELD_PATH,
	FIELD_ARGUMENTS,
	FIELD_FALLBACK
};

static const struct capgate_shape ours = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_OURS,
	.members = MEMBERS({"path", STRING(FIELD_PATH)},
			   {"runtimeArgs", SHAPE(.field = FIELD_ARGUMENTS)}),
};

static const struct capgate_shape runtimes = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_RUNTIMES,
	.members = MEMBERS({WIRING_NAME, &ours}),
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_TOP,
	.members = MEMBERS({"default-runtime", STRING(FIELD_FALLBACK)}, {"runtimes", &runtimes}),
};

static int visit(void *user, const struct capgate_walk *walk, int field,
		 const struct capgate_json_event *event)
{
	struct daemonjson *d = user;
	bool end = event->kind == CAPGATE_JSON_END;

	(void)walk;
	if (field == FIELD_TOP && end)
		d->top = event->at;
	else if (field == FIELD_RUNTIMES && end)
		d->runtimes = event->at;
	else if (field == FIELD_OURS && end)
		d->ours = event->at;
	else if (field == FIELD_PATH)
		d->path = event->text;
	else if (field == FIELD_ARGUMENTS)
		d->has_arguments = true;
	else if (field == FIELD_FALLBACK) {
		d->fallback = event->text;
		d->fallback_at = event->at;
		d->has_fallback = true;
	}
	return 0;
}

int daemonjson_parse(struct capgate_text text, struct capgate_arena *arena, struct daemonjson *ret,
		     struct capgate_error *err)
{
	struct daemonjson d = {0};

	if (capgate_walk(text, (struct capgate_json_options){0}, &shape, arena, visit, &d, err) < 0)
		return err->code;
	*ret = d;
	return 0;
}
