/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `docker inspect` and `podman inspect` print.  Docker does not print the
 * sets, so they are resolved as its daemon does; podman prints them
 * (BoundingCaps, EffectiveCaps).
 */
#include "lib/base/base.h"
#include "printed.h"

enum {
	FIELD_CONTAINER = REQUEST_FIELDS,
	FIELD_NAME,
	FIELD_HOST_CONFIG,
	FIELD_BOUNDING_LIST,
	FIELD_BOUNDING,
	FIELD_EFFECTIVE,
	FIELD_MOUNT,
};

static const struct capgate_shape host_config = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_HOST_CONFIG,
	.members = MEMBERS(
		{"CapAdd", STRINGS(REQUEST_CAP_ADD)},
		{"CapDrop", STRINGS(REQUEST_CAP_DROP)},
		{"Privileged", SHAPE(.types = CAPGATE_T_BOOL, .field = REQUEST_PRIVILEGED)},
		{"SecurityOpt", STRINGS(REQUEST_SECURITY_OPTION)},
		{"NetworkMode", STRING(REQUEST_NETWORK)},
		{"PidMode", STRING(REQUEST_PID)},
		{"IpcMode", STRING(REQUEST_IPC)}),
};

static const struct capgate_shape mount = {
	.field = FIELD_MOUNT,
	.members = MEMBERS({"Type", SHAPE(.field = REQUEST_MOUNT_TYPE)},
			   {"Source", SHAPE(.field = REQUEST_MOUNT_SOURCE)},
			   {"RW", SHAPE(.field = REQUEST_MOUNT_WRITABLE)}),
};

static const struct capgate_shape container = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_CONTAINER,
	.members = MEMBERS(
		{"Id", STRING(REQUEST_ID)},
		{"Name", STRING(FIELD_NAME)},
		{"ImageName", STRING(REQUEST_IMAGE)},
		{"BoundingCaps", SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL,
				       .field = FIELD_BOUNDING_LIST,
				       .each = STRING(FIELD_BOUNDING))},
		{"EffectiveCaps", STRINGS(FIELD_EFFECTIVE)},
		{"Config", SHAPE(.types = CAPGATE_T_OBJECT,
				 .members = MEMBERS({"Image", STRING(REQUEST_IMAGE)},
						    {"User", STRING(REQUEST_USER)}))},
		{"HostConfig", &host_config},
		{"Mounts", SHAPE(.each = &mount)}),
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_ARRAY,
	.expected = "what docker inspect or podman inspect prints",
	.each = &container,
};

struct reader {
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_request now;
	bool has_host_config;
	struct capgate_requests done;
};

/* The end of an entry.  One that is no container (an image, a network: inspect
 * takes any name) is kept without a configuration: it is told, not judged. */
static int finish(struct reader *r)
{
	struct capgate_request *now = &r->now;

	if (!r->has_host_config) {
		if (capgate_arena_room(r->arena, (void **)&r->done.v, &r->done.room, r->done.n + 1,
				       sizeof(*r->done.v)) < 0)
			return capgate_fail_memory(r->err);
		now->seen.engine = "";
		now->seen.how = "not a container";
		r->done.v[r->done.n++] = now->seen;
		*now = (struct capgate_request){0};
		return 0;
	}
	r->has_host_config = false;
	now->seen.engine = now->told ? "podman" : "docker";
	now->seen.how =
		now->told ? "as podman prints its sets"
			  : "resolved against Docker's default list, not read from a specification";
	if (!now->told)
		capgate_request_resolve_docker(now);
	return capgate_request_finish(now, r->arena, &r->done, r->err);
}

/* A name in a set that podman prints. */
static void read_told(struct capgate_request *now, struct capgate_text name, capgate_set *set)
{
	int cap = capgate_cap_lenient(name);

	if (cap >= 0)
		*set = capgate_set_or(*set, capgate_set_of(cap));
	else
		now->unknown = name;
}

static int visit(void *user, const struct capgate_walk *walk, int field,
		 const struct capgate_json_event *event)
{
	struct reader *r = user;
	struct capgate_request *c = &r->now;
	struct capgate_text t = event->text;

	(void)walk;
	switch (field) {
	case FIELD_CONTAINER:
		return event->kind == CAPGATE_JSON_END ? finish(r) : 0;
	case FIELD_HOST_CONFIG:
		r->has_host_config = true;
		return 0;
	case FIELD_NAME: /* Docker puts a slash before it */
		c->seen.name =
			t.len && t.p[0] == '/' ? (struct capgate_text){t.p + 1, t.len - 1} : t;
		return 0;
	case FIELD_BOUNDING_LIST:
		c->told = true; /* null is podman's way of writing none */
		return 0;
	case FIELD_BOUNDING:
		read_told(c, t, &c->bounding);
		return 0;
	case FIELD_EFFECTIVE:
		read_told(c, t, &c->effective);
		return 0;
	case FIELD_MOUNT:
		if (event->kind == CAPGATE_JSON_OBJECT && !capgate_request_mount(c, r->arena))
			return capgate_fail_memory(r->err);
		return 0;
	default:
		capgate_request_read(c, field, event);
		return 0;
	}
}

bool capgate_inspect_is(struct capgate_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != ' ' && text.p[i] != '\t' && text.p[i] != '\r' && text.p[i] != '\n')
			return text.p[i] == '[';
	return false;
}

static int parse_array(struct capgate_text text, struct capgate_arena *arena,
		       struct capgate_requests *list, struct capgate_error *err)
{
	struct reader r = {.arena = arena, .err = err};
	int status =
		capgate_walk(text, (struct capgate_json_options){0}, &shape, arena, visit, &r, err);

	*list = r.done;
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].config.len)
			return status;
	return status < 0
		       ? status
		       : capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				      "no entry of the array has a HostConfig: it is neither a "
				      "specification nor what docker inspect or podman inspect "
				      "print of containers");
}

static int parse_object(struct capgate_text text, struct capgate_arena *arena,
			struct capgate_requests *list, struct capgate_error *err)
{
	int status = capgate_compose_parse(text, arena, list, err);

	if (status == 0 && list->n == 0)
		status = capgate_kubernetes_parse(text, arena, list, err);
	if (status == 0 && list->n == 0)
		return capgate_fail(
			err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
			"there is no container in it: it is neither a specification (which has a "
			"process) nor what an engine, docker compose config or kubectl print");
	return status;
}

int capgate_inspect_parse(struct capgate_text text, struct capgate_arena *arena,
			  struct capgate_inspected **ret, size_t *n, struct capgate_error *err)
{
	struct capgate_requests list = {0};
	int status = capgate_inspect_is(text) ? parse_array(text, arena, &list, err)
					      : parse_object(text, arena, &list, err);

	if (status < 0)
		return status;
	*ret = list.v;
	*n = list.n;
	return 0;
}
