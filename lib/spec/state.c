/* SPDX-License-Identifier: Apache-2.0 */
/* Recognises and reads the state that a runtime gives to its hooks (runtime.md, "State"). */
#include "lib/base/base.h"
#include "lib/json/json.h"

enum {
	FIELD_NONE,
	FIELD_ID,
	FIELD_STATUS,
	FIELD_BUNDLE,
	FIELD_OLD_BUNDLE,
	FIELD_PID,
	FIELD_PROCESS,
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members =
		(const struct capgate_member[]){
			{"id", STRING(FIELD_ID)},
			{"status", STRING(FIELD_STATUS)},
			{"bundle", STRING(FIELD_BUNDLE)},
			{"bundlePath", STRING(FIELD_OLD_BUNDLE)}, /* Docker before 17.06 */
			{"pid", &(const struct capgate_shape){.types = CAPGATE_T_NUMBER,
							      .field = FIELD_PID}},
			{"process", &(const struct capgate_shape){.field = FIELD_PROCESS}},
			{0},
		},
};

struct reader {
	struct capgate_state state;
	struct capgate_error *err;
	bool has_process, has_bundle;
};

static int visit_hook_state(void *user, const struct capgate_walk *walk, int field,
			    const struct capgate_json_event *event)
{
	struct reader *r = user;
	uint64_t pid;

	switch (field) {
	case FIELD_ID:
		r->state.id = event->text;
		break;
	case FIELD_STATUS:
		r->state.status = event->text;
		break;
	case FIELD_OLD_BUNDLE:
		if (r->has_bundle)
			break;
		/* fall through */
	case FIELD_BUNDLE:
		r->state.bundle = event->text;
		r->has_bundle = true;
		break;
	case FIELD_PID:
		if (!capgate_json_uint(event->text, INT32_MAX, &pid))
			return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
						 event->at.off, "a pid must be a plain integer");
		r->state.pid = (int64_t)pid;
		break;
	default:
		r->has_process = true;
		break;
	}
	return 0;
}

int capgate_input_parse(struct capgate_text text, struct capgate_arena *arena,
			enum capgate_input *ret, struct capgate_state *state,
			struct capgate_error *err)
{
	struct reader r = {.err = err};
	int status = capgate_walk_text(text, (struct capgate_json_options){0}, &shape, arena,
				       visit_hook_state, &r, err);

	if (status < 0)
		return status;
	if (r.has_process && r.has_bundle)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "the input has both a process and a bundle, so it is neither a "
				    "state nor a configuration");
	if (!r.has_process && !r.has_bundle)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "the input has no bundle (a state has one) and no process (a "
				    "configuration has one)");
	*ret = r.has_process ? CAPGATE_INPUT_CONFIG : CAPGATE_INPUT_STATE;
	*state = r.state;
	return 0;
}
