/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `docker compose config --format json` prints: the services of a project
 * with everything filled in (compose-spec).  Resolved as Docker would.
 */
#include "lib/base/base.h"
#include "printed.h"

enum { FIELD_SERVICE = REQUEST_FIELDS, FIELD_VOLUME };

static const struct capgate_shape volume = {
	.field = FIELD_VOLUME,
	.members = MEMBERS({"type", SHAPE(.field = REQUEST_MOUNT_TYPE)},
			   {"source", SHAPE(.field = REQUEST_MOUNT_SOURCE)},
			   {"read_only", SHAPE(.field = REQUEST_MOUNT_READ_ONLY)}),
};

static const struct capgate_shape service = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_SERVICE,
	.members = MEMBERS(
		{"container_name", STRING(REQUEST_ID)},
		{"image", STRING(REQUEST_IMAGE)},
		{"user", STRING(REQUEST_USER)},
		{"cap_add", STRINGS(REQUEST_CAP_ADD)},
		{"cap_drop", STRINGS(REQUEST_CAP_DROP)},
		{"privileged", SHAPE(.types = CAPGATE_T_BOOL, .field = REQUEST_PRIVILEGED)},
		{"security_opt", STRINGS(REQUEST_SECURITY_OPTION)},
		{"network_mode", STRING(REQUEST_NETWORK)},
		{"pid", STRING(REQUEST_PID)},
		{"ipc", STRING(REQUEST_IPC)},
		{"volumes", SHAPE(.each = &volume)}),
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"services", SHAPE(.types = CAPGATE_T_OBJECT, .each = &service)}),
};

struct reader {
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_request now;
	struct capgate_requests *done;
};

static int read_service(struct reader *r, const struct capgate_walk *walk,
			const struct capgate_json_event *event)
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

static int visit(void *user, const struct capgate_walk *walk, int field,
		 const struct capgate_json_event *event)
{
	struct reader *r = user;

	if (field == FIELD_SERVICE)
		return read_service(r, walk, event);
	if (field == FIELD_VOLUME && event->kind == CAPGATE_JSON_OBJECT) {
		struct capgate_request_mount *m = capgate_request_mount(&r->now, r->arena);

		if (!m)
			return capgate_fail_memory(r->err);
		m->writable = true;
		return 0;
	}
	capgate_request_read(&r->now, field, event);
	return 0;
}

int capgate_compose_parse(struct capgate_text text, struct capgate_arena *arena,
			  struct capgate_requests *list, struct capgate_error *err)
{
	struct reader r = {.arena = arena, .err = err, .done = list};

	return capgate_walk(text, (struct capgate_json_options){0}, &shape, arena, visit, &r, err);
}
