/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `docker inspect` and `podman inspect` print.  Docker does not print the
 * sets, so they are resolved as its daemon does; podman prints them
 * (BoundingCaps, EffectiveCaps).
 */
#include "arena.h"
#include "error.h"
#include "printed.h"

enum {
	FIELD_NONE,
	FIELD_CONTAINER,
	FIELD_ID,
	FIELD_NAME,
	FIELD_IMAGE,
	FIELD_USER,
	FIELD_HOST_CONFIG,
	FIELD_CAP_ADD,
	FIELD_CAP_DROP,
	FIELD_PRIVILEGED,
	FIELD_SECURITY_OPT,
	FIELD_NETWORK_MODE,
	FIELD_PID_MODE,
	FIELD_IPC_MODE,
	FIELD_BOUNDING_LIST,
	FIELD_BOUNDING,
	FIELD_EFFECTIVE,
	FIELD_MOUNT,
	FIELD_MOUNT_TYPE,
	FIELD_MOUNT_SOURCE,
	FIELD_MOUNT_RW,
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_ARRAY,
	.expected = "what docker inspect or podman inspect prints",
	.each = SHAPE(
		.types = CAPGATE_T_OBJECT, .field = FIELD_CONTAINER,
		.members = MEMBERS(
			{"Id", STRING(FIELD_ID)}, {"Name", STRING(FIELD_NAME)}, {"ImageName", STRING(FIELD_IMAGE)},
			{"BoundingCaps", SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .field = FIELD_BOUNDING_LIST,
					       .each = STRING(FIELD_BOUNDING))},
			{"EffectiveCaps", STRINGS(FIELD_EFFECTIVE)},
			{"Config", SHAPE(.types = CAPGATE_T_OBJECT,
					 .members = MEMBERS({"Image", STRING(FIELD_IMAGE)}, {"User", STRING(FIELD_USER)}))},
			{"HostConfig",
			 SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_HOST_CONFIG,
			       .members = MEMBERS(
				       {"CapAdd", STRINGS(FIELD_CAP_ADD)}, {"CapDrop", STRINGS(FIELD_CAP_DROP)},
				       {"Privileged", SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_PRIVILEGED)},
				       {"SecurityOpt", STRINGS(FIELD_SECURITY_OPT)},
				       {"NetworkMode", STRING(FIELD_NETWORK_MODE)}, {"PidMode", STRING(FIELD_PID_MODE)},
				       {"IpcMode", STRING(FIELD_IPC_MODE)}))},
			{"Mounts", SHAPE(.each = SHAPE(.field = FIELD_MOUNT,
						       .members = MEMBERS({"Type", SHAPE(.field = FIELD_MOUNT_TYPE)},
									  {"Source", SHAPE(.field = FIELD_MOUNT_SOURCE)},
									  {"RW", SHAPE(.field = FIELD_MOUNT_RW)})))})),
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
	now->seen.how = now->told ? "as podman prints its sets"
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

static int read_mount(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_request *c = &r->now;
	struct capgate_request_mount *m = c->n_mounts ? &c->mounts[c->n_mounts - 1] : NULL;

	if (field == FIELD_MOUNT && event->kind == CAPGATE_JSON_OBJECT) {
		if (!capgate_request_mount(c, r->arena))
			return capgate_fail_memory(r->err);
	} else if (m && field == FIELD_MOUNT_TYPE && event->kind == CAPGATE_JSON_STRING) {
		m->bind = capgate_text_is(event->text, "bind");
	} else if (m && field == FIELD_MOUNT_SOURCE && event->kind == CAPGATE_JSON_STRING) {
		m->source = event->text;
	} else if (m && field == FIELD_MOUNT_RW && event->kind == CAPGATE_JSON_BOOL) {
		m->writable = event->truth;
	}
	return 0;
}

static int visit(void *user, const struct capgate_walk *walk, int field, const struct capgate_json_event *event)
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
	case FIELD_ID:
		c->seen.id = t;
		return 0;
	case FIELD_NAME:
		c->seen.name = t.len && t.p[0] == '/' ? (struct capgate_text){t.p + 1, t.len - 1} : t;
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
	case FIELD_PID_MODE:
		c->host_pid = capgate_text_is(t, "host");
		return 0;
	case FIELD_IPC_MODE:
		c->host_ipc = capgate_text_is(t, "host");
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
	default:
		return read_mount(r, field, event);
	}
}

bool capgate_inspect_is(struct capgate_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != ' ' && text.p[i] != '\t' && text.p[i] != '\r' && text.p[i] != '\n')
			return text.p[i] == '[';
	return false;
}

static int parse_array(struct capgate_text text, struct capgate_arena *arena, struct capgate_requests *list,
		       struct capgate_error *err)
{
	struct reader r = {.arena = arena, .err = err};
	int status = capgate_walk(text, (struct capgate_json_options){0}, &shape, arena, visit, &r, err);

	*list = r.done;
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].config.len)
			return status;
	return status < 0 ? status
			  : capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
					 "no entry of the array has a HostConfig: it is neither a specification nor what docker "
					 "inspect or podman inspect print of containers");
}

static int parse_object(struct capgate_text text, struct capgate_arena *arena, struct capgate_requests *list,
			struct capgate_error *err)
{
	int status = capgate_compose_parse(text, arena, list, err);

	if (status == 0 && list->n == 0)
		status = capgate_kubernetes_parse(text, arena, list, err);
	if (status == 0 && list->n == 0)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "there is no container in it: it is neither a specification (which has a process) nor "
				    "what an engine, docker compose config or kubectl print");
	return status;
}

int capgate_inspect_parse(struct capgate_text text, struct capgate_arena *arena, struct capgate_inspected **ret,
			  size_t *n, struct capgate_error *err)
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
