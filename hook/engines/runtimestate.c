/* SPDX-License-Identifier: Apache-2.0 */
#include "runtimestate.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/base.h"
#include "lib/json/json.h"

enum {
	FIELD_NONE,
	FIELD_ID,
	FIELD_PID,
	FIELD_STARTED,
	FIELD_BUNDLE,
	FIELD_LABEL,
	FIELD_CAPABILITIES,
	FIELD_SET,
	FIELD_CAP,
};

#define SET SHAPE(.field = FIELD_SET, .each = VALUE(FIELD_CAP))

static const struct capgate_shape sets = {
	.field = FIELD_CAPABILITIES,
	.members = MEMBERS({"Bounding", SET}, {"Effective", SET}, {"Inheritable", SET},
			   {"Permitted", SET}, {"Ambient", SET}),
};

/* One shape for both files: no member has different meanings in them. */
static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS(
		{"id", VALUE(FIELD_ID)},
		{"init_process_pid", VALUE(FIELD_PID)},
		{"pid", VALUE(FIELD_PID)},
		{"init_process_start", VALUE(FIELD_STARTED)},
		{"process-start-time", VALUE(FIELD_STARTED)},
		{"bundle", VALUE(FIELD_BUNDLE)},
		{"config", SHAPE(.members = MEMBERS({"labels", SHAPE(.each = VALUE(FIELD_LABEL))},
						    {"capabilities", &sets}))}),
};

struct reader {
	struct runtimestate *state;
	struct capgate_out *caps;
	bool labelled;
};

static struct capgate_text path_of(struct capgate_text t)
{
	return t.len && t.p[0] == '/' && !memchr(t.p, 0, t.len) ? t : (struct capgate_text){0};
}

/* "bundle=/path": the runtime writes its own label last. */
static void read_label(struct reader *r, struct capgate_text label)
{
	static const char key[] = "bundle=";
	size_t n = sizeof(key) - 1;

	if (label.len < n || memcmp(label.p, key, n) != 0)
		return;
	r->state->two_bundles |= r->labelled;
	r->labelled = true;
	r->state->bundle = path_of((struct capgate_text){label.p + n, label.len - n});
}

static void read_value(struct reader *r, int field, const struct capgate_json_event *event)
{
	bool string = event->kind == CAPGATE_JSON_STRING;
	uint64_t v;

	if (field == FIELD_PID && event->kind == CAPGATE_JSON_NUMBER &&
	    capgate_json_uint(event->text, INT32_MAX, &v))
		r->state->pid = (long)v;
	else if (field == FIELD_STARTED && event->kind == CAPGATE_JSON_NUMBER &&
		 capgate_json_uint(event->text, UINT64_MAX, &v))
		r->state->started = v;
	else if (field == FIELD_ID && string)
		r->state->id = event->text;
	else if (field == FIELD_BUNDLE && string)
		r->state->bundle = path_of(event->text);
	else if (field == FIELD_LABEL && string)
		read_label(r, event->text);
}

/* Writes a set's name as the specification spells it. */
static void open_set(struct capgate_out *caps, struct capgate_text key)
{
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		const char *name = capgate_which_name((enum capgate_which)s);

		if (strlen(name) == key.len && strncmp(name + 1, key.p + 1, key.len - 1) == 0)
			capgate_out_format(caps, "%s\"%s\":[", caps->len > 1 ? "," : "", name);
	}
}

static void write_caps(struct capgate_out *caps, const struct capgate_walk *walk, int field,
		       const struct capgate_json_event *event)
{
	bool end = event->kind == CAPGATE_JSON_END;

	if (field == FIELD_CAPABILITIES) {
		if (event->kind == CAPGATE_JSON_OBJECT || end)
			capgate_out_string(caps, end ? "}" : "{");
	} else if (field == FIELD_SET) {
		/* null: Go's way to write an empty list */
		if (event->kind == CAPGATE_JSON_ARRAY)
			open_set(caps, walk->frame[walk->depth].key);
		else if (end)
			capgate_out_string(caps, "]");
	} else {
		if (walk->frame[walk->depth].index > 0)
			capgate_out_string(caps, ",");
		capgate_out_json(caps, event->text);
	}
}

static int visit_state(void *user, const struct capgate_walk *walk, int field,
		       const struct capgate_json_event *event)
{
	struct reader *r = user;

	if (field < FIELD_CAPABILITIES)
		read_value(r, field, event);
	else if (r->caps)
		write_caps(r->caps, walk, field, event);
	return 0;
}

int runtimestate_parse(struct capgate_text text, struct capgate_arena *arena,
		       struct capgate_out *caps, struct runtimestate *ret,
		       struct capgate_error *err)
{
	struct runtimestate state = {0};
	struct reader r = {.state = &state, .caps = caps};

	if (capgate_walk_text(text, (struct capgate_json_options){0}, &shape, arena, visit_state,
			      &r, err) < 0)
		return err->code;
	*ret = state;
	return 0;
}
