/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `docker compose config --format json` prints: the services of a project
 * with everything filled in (compose-spec).  Resolved as Docker would.
 */
#include "error.h"
#include "printed.h"

enum {
	FIELD_NONE,
	FIELD_SERVICE,
	FIELD_NAME,
	FIELD_IMAGE,
	FIELD_USER,
	FIELD_CAP_ADD,
	FIELD_CAP_DROP,
	FIELD_PRIVILEGED,
	FIELD_SECURITY_OPT,
	FIELD_NETWORK_MODE,
	FIELD_PID,
	FIELD_IPC,
	FIELD_VOLUME,
	FIELD_VOLUME_TYPE,
	FIELD_VOLUME_SOURCE,
	FIELD_VOLUME_READ_ONLY,
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"services",
			    SHAPE(.types = CAPGATE_T_OBJECT,
				  .each = SHAPE(
					  .types = CAPGATE_T_OBJECT, .field = FIELD_SERVICE,
					  .members = MEMBERS(
						  {"container_name", STRING(FIELD_NAME)}, {"image", STRING(FIELD_IMAGE)},
						  {"user", STRING(FIELD_USER)}, {"cap_add", STRINGS(FIELD_CAP_ADD)},
						  {"cap_drop", STRINGS(FIELD_CAP_DROP)},
						  {"privileged", SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_PRIVILEGED)},
						  {"security_opt", STRINGS(FIELD_SECURITY_OPT)},
						  {"network_mode", STRING(FIELD_NETWORK_MODE)}, {"pid", STRING(FIELD_PID)},
						  {"ipc", STRING(FIELD_IPC)},
						  {"volumes",
						   SHAPE(.each = SHAPE(
								 .field = FIELD_VOLUME,
								 .members = MEMBERS(
									 {"type", SHAPE(.field = FIELD_VOLUME_TYPE)},
									 {"source", SHAPE(.field = FIELD_VOLUME_SOURCE)},
									 {"read_only",
									  SHAPE(.field = FIELD_VOLUME_READ_ONLY)})))})))}),
};

struct reader {
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_request now;
	struct capgate_requests *done;
};

static int read_service(struct reader *r, const struct capgate_walk *walk, const struct capgate_json_event *event)
{
	if (event->kind == CAPGATE_JSON_OBJECT) {
		r->now = (struct capgate_request){0};
		r->now.seen.name = walk->frame[walk->depth].key;
		return 0;
	}
	r->now.seen.engine = "compose";
	r->now.seen.how = "resolved against Docker's default list, not read from a specification";
	capgate_request_resolve_docker(&r->now);
	return capgate_request_finish(&r->now, r->arena, r->done, r->err);
}

static int read_volume(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_request *c = &r->now;
	struct capgate_request_mount *m = c->n_mounts ? &c->mounts[c->n_mounts - 1] : NULL;

	if (field == FIELD_VOLUME && event->kind == CAPGATE_JSON_OBJECT) {
		m = capgate_request_mount(c, r->arena);
		if (!m)
			return capgate_fail_memory(r->err);
		m->writable = true;
	} else if (m && field == FIELD_VOLUME_TYPE && event->kind == CAPGATE_JSON_STRING) {
		m->bind = capgate_text_is(event->text, "bind");
	} else if (m && field == FIELD_VOLUME_SOURCE && event->kind == CAPGATE_JSON_STRING) {
		m->source = event->text;
	} else if (m && field == FIELD_VOLUME_READ_ONLY && event->kind == CAPGATE_JSON_BOOL) {
		m->writable = !event->truth;
	}
	return 0;
}

static int visit(void *user, const struct capgate_walk *walk, int field, const struct capgate_json_event *event)
{
	struct reader *r = user;
	struct capgate_request *c = &r->now;
	struct capgate_text t = event->text;

	switch (field) {
	case FIELD_SERVICE:
		return read_service(r, walk, event);
	case FIELD_NAME:
		c->seen.id = t;
		return 0;
	case FIELD_IMAGE:
		c->seen.image = t;
		return 0;
	case FIELD_USER:
		c->seen.user = t;
		return 0;
	case FIELD_CAP_ADD:
		capgate_request_add(c, t);
		return 0;
	case FIELD_CAP_DROP:
		capgate_request_drop(c, t);
		return 0;
	case FIELD_PRIVILEGED:
		c->privileged = event->truth;
		return 0;
	case FIELD_SECURITY_OPT:
		capgate_request_security_option(c, t);
		return 0;
	case FIELD_NETWORK_MODE:
		c->host_network = capgate_text_is(t, "host");
		return 0;
	case FIELD_PID:
		c->host_pid = capgate_text_is(t, "host");
		return 0;
	case FIELD_IPC:
		c->host_ipc = capgate_text_is(t, "host");
		return 0;
	default:
		return read_volume(r, field, event);
	}
}

int capgate_compose_parse(struct capgate_text text, struct capgate_arena *arena, struct capgate_requests *list,
			  struct capgate_error *err)
{
	struct reader r = {.arena = arena, .err = err, .done = list};

	return capgate_walk(text, (struct capgate_json_options){0}, &shape, arena, visit, &r, err);
}
