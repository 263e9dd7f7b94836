/* SPDX-License-Identifier: Apache-2.0 */
#include "daemonjson.h"
#include "lib/base/base.h"

#include <string.h>

#include "lib/json/json.h"

enum {
	FIELD_NONE,
	FIELD_TOP,
	FIELD_RUNTIMES,
	FIELD_RUNTIME,
	FIELD_PATH,
	FIELD_TYPE,
	FIELD_OPTIONS,
	FIELD_BINARY,
	FIELD_ARGUMENTS,
	FIELD_ARGUMENT,
	FIELD_FALLBACK,
	FIELD_DATA_ROOT,
	FIELD_REMAP,
};

static const struct capgate_shape options = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_OPTIONS,
	.members = MEMBERS({"BinaryName", STRING(FIELD_BINARY)}),
};

static const struct capgate_shape runtime = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_RUNTIME,
	.members = MEMBERS(
		{"path", STRING(FIELD_PATH)}, {"runtimeType", STRING(FIELD_TYPE)},
		{"options", &options},
		{"runtimeArgs", SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL,
				      .field = FIELD_ARGUMENTS, .each = STRING(FIELD_ARGUMENT))}),
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_TOP,
	.members = MEMBERS({"default-runtime", STRING(FIELD_FALLBACK)},
			   {"data-root", STRING(FIELD_DATA_ROOT)},
			   {"userns-remap", STRING(FIELD_REMAP)},
			   {"runtimes", SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_RUNTIMES,
					      .each = &runtime)}),
};

/* Is it a global option of runc and crun, one that comes before the command? */
static bool is_known_argument(struct capgate_text arg)
{
	static const char *const known[] = {
		"--debug",          "--log",      "--log-format", "--root",
		"--systemd-cgroup", "--rootless", "--criu",       "--cgroup-manager"};

	if (arg.len == 0 || arg.p[0] != '-')
		return true; /* the value of the option before it */
	for (size_t i = 0; i < COUNT(known); i++) {
		size_t n = strlen(known[i]);

		if (arg.len >= n && memcmp(arg.p, known[i], n) == 0 &&
		    (arg.len == n || arg.p[n] == '='))
			return true;
	}
	return false;
}

/* Begins a runtime at its key. */
static int begin_runtime(struct daemonjson *d, const struct capgate_walk *walk,
			 const struct capgate_json_event *e)
{
	struct capgate_text name = walk->frame[walk->depth].key;
	struct docker_runtime *r = &d->v[d->n];

	if (d->n == DAEMONJSON_RUNTIMES || name.len >= sizeof(r->name) ||
	    memchr(name.p, 0, name.len))
		return capgate_walk_fail(
			walk, CAPGATE_ELIMIT, CAPGATE_RULE_NONE, e->at.off,
			"more than %d runtimes, or a name of more than %zu characters",
			DAEMONJSON_RUNTIMES, sizeof(r->name) - 1);
	*r = (struct docker_runtime){0};
	memcpy(r->name, name.p, name.len);
	d->n++;
	return 0;
}

static void see_runtime(struct docker_runtime *r, int field, const struct capgate_json_event *e)
{
	bool end = e->kind == CAPGATE_JSON_END;

	if (field == FIELD_RUNTIME && end)
		r->at = e->at;
	else if (field == FIELD_PATH) {
		r->path = e->text;
		r->path_at = e->at;
	} else if (field == FIELD_TYPE) {
		r->has_type = e->text.len != 0;
		r->type = e->text;
	} else if (field == FIELD_OPTIONS && end)
		r->options = e->at;
	else if (field == FIELD_BINARY) {
		r->binary = e->text;
		r->binary_at = e->at;
	} else if (field == FIELD_ARGUMENT) {
		r->has_arguments = true;
		r->foreign_arguments |= !is_known_argument(e->text);
	}
}

static int visit_daemon_json(void *user, const struct capgate_walk *walk, int field,
			     const struct capgate_json_event *e)
{
	struct daemonjson *d = user;
	bool end = e->kind == CAPGATE_JSON_END;

	if (field == FIELD_TOP && end)
		d->top = e->at;
	else if (field == FIELD_RUNTIMES && end)
		d->runtimes = e->at;
	else if (field == FIELD_DATA_ROOT)
		d->data_root = e->text;
	else if (field == FIELD_REMAP)
		d->remap = e->text;
	else if (field == FIELD_FALLBACK) {
		d->fallback = e->text;
		d->fallback_at = e->at;
		d->has_fallback = true;
	} else if (field == FIELD_RUNTIME && !end)
		return begin_runtime(d, walk, e);
	else if (d->n)
		see_runtime(&d->v[d->n - 1], field, e);
	return 0;
}

int daemonjson_parse(struct capgate_text text, struct capgate_arena *arena, struct daemonjson *ret,
		     struct capgate_error *err)
{
	struct daemonjson d = {0};

	if (capgate_walk_text(text, (struct capgate_json_options){0}, &shape, arena,
			      visit_daemon_json, &d, err) < 0)
		return err->code;
	*ret = d;
	return 0;
}

const struct docker_runtime *daemonjson_find(const struct daemonjson *d, struct capgate_text name)
{
	for (size_t i = 0; i < d->n; i++)
		if (capgate_text_is(name, d->v[i].name))
			return &d->v[i];
	return NULL;
}
