/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `docker inspect` and `podman inspect` print, turned into the part of the
 * specification that the engine makes of it.  Docker does not print the sets,
 * so they are resolved as its daemon does (oci/caps, TweakCapabilities);
 * podman prints them (BoundingCaps, EffectiveCaps).
 */
#include "arena.h"
#include "error.h"
#include "walk.h"

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

#define MEMBERS(...) (const struct capgate_member[]){__VA_ARGS__, {0}}
#define SHAPE(...) (&(const struct capgate_shape){__VA_ARGS__})
#define STRING(f) SHAPE(.types = CAPGATE_T_STRING, .field = (f))
#define STRINGS(f) SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .each = STRING(f))

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

struct mount {
	struct capgate_text source;
	bool bind, writable;
};

/* A container while it is read. */
struct container {
	struct capgate_inspected seen;
	capgate_set add, drop, bounding, effective;
	bool add_all, drop_all, privileged, no_new_privs, unconfined;
	bool host_network, host_pid, host_ipc, has_bounding, has_host_config;
	struct capgate_text unknown; /* a name that is no capability's: kept, to be refused */
	struct mount *mounts;
	size_t n_mounts;
};

struct reader {
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct container now;
	size_t mounts_room;
	struct capgate_inspected *v;
	size_t n, room;
};

static void add_name(struct container *c, struct capgate_text name, capgate_set *set, bool *all)
{
	int cap = capgate_cap_lenient(name);

	if (cap >= 0)
		*set = capgate_set_or(*set, capgate_set_of(cap));
	else if (all && (capgate_text_distance(name, capgate_text_of("ALL"), 1) == 0 ||
			 capgate_text_distance(name, capgate_text_of("CAP_ALL"), 1) == 0))
		*all = true;
	else if (set != &c->drop)
		c->unknown = name;
}

static bool begins_with(struct capgate_text t, const char *prefix)
{
	struct capgate_text p = capgate_text_of(prefix);

	return t.len >= p.len && capgate_text_equal((struct capgate_text){t.p, p.len}, p);
}

static void read_security_option(struct container *c, struct capgate_text t)
{
	if (begins_with(t, "no-new-privileges") && !capgate_text_is(t, "no-new-privileges:false") &&
	    !capgate_text_is(t, "no-new-privileges=false"))
		c->no_new_privs = true;
	if (capgate_text_is(t, "seccomp=unconfined") || capgate_text_is(t, "seccomp:unconfined"))
		c->unconfined = true;
}

/* moby: what is added wins over what is dropped, "ALL" over names. */
static capgate_set resolve_docker(const struct container *c)
{
	const struct capgate_profile *usual = capgate_profile_find(capgate_text_of("docker-default"));

	if (c->privileged)
		return capgate_set_all();
	if (c->add_all)
		return capgate_set_minus(capgate_set_all(), c->drop);
	if (c->drop_all)
		return c->add;
	return capgate_set_or(capgate_set_minus(usual->caps, c->drop), c->add);
}

/* ---- The specification that follows ------------------------------------------------- */

static void out_names(struct capgate_out *out, capgate_set s, struct capgate_text unknown)
{
	bool first = true;

	capgate_out_string(out, "[");
	for (int i = -1; (i = capgate_set_next(s, i + 1)) >= 0; first = false)
		capgate_out_format(out, "%s\"%s\"", first ? "" : ",", capgate_cap_info(i)->name);
	if (unknown.len) {
		capgate_out_string(out, first ? "" : ",");
		capgate_out_json(out, unknown);
	}
	capgate_out_string(out, "]");
}

/* A name instead of a number: some user, and not root. */
#define SOME_USER 65534

static uint64_t uid_of(struct capgate_text user)
{
	struct capgate_text name = user;
	uint64_t uid;

	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] == ':')
			name.len = i;
	if (name.len == 0 || capgate_text_is(name, "root"))
		return 0;
	return capgate_json_uint(name, 4294967294u, &uid) ? uid : SOME_USER;
}

static void out_namespaces(struct capgate_out *out, const struct container *c)
{
	capgate_out_string(out, "\"namespaces\":[{\"type\":\"mount\"}");
	if (!c->host_network)
		capgate_out_string(out, ",{\"type\":\"network\"}");
	if (!c->host_pid)
		capgate_out_string(out, ",{\"type\":\"pid\"}");
	if (!c->host_ipc)
		capgate_out_string(out, ",{\"type\":\"ipc\"}");
	capgate_out_string(out, "]");
}

static void out_config(struct capgate_out *out, const struct container *c)
{
	capgate_set bounding = c->has_bounding ? c->bounding : resolve_docker(c);
	capgate_set effective = c->has_bounding ? c->effective : bounding;

	capgate_out_format(out, "{\"process\":{\"user\":{\"uid\":%llu},\"noNewPrivileges\":%s,\"capabilities\":{\"bounding\":",
			   (unsigned long long)uid_of(c->seen.user), c->no_new_privs ? "true" : "false");
	out_names(out, bounding, c->unknown);
	capgate_out_string(out, ",\"effective\":");
	out_names(out, effective, (struct capgate_text){0});
	capgate_out_string(out, ",\"permitted\":");
	out_names(out, effective, (struct capgate_text){0});
	capgate_out_string(out, "}},\"mounts\":[");
	for (size_t i = 0; i < c->n_mounts; i++) {
		capgate_out_format(out, "%s{\"destination\":\"/\",\"options\":[\"%s\",\"%s\"],\"source\":", i ? "," : "",
				   c->mounts[i].bind ? "bind" : "noatime", c->mounts[i].writable ? "rw" : "ro");
		capgate_out_json(out, c->mounts[i].source);
		capgate_out_string(out, "}");
	}
	capgate_out_string(out, "],\"linux\":{");
	out_namespaces(out, c);
	if (!c->unconfined && !c->privileged)
		capgate_out_string(out, ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\"}");
	capgate_out_string(out, "}}");
}

static int finish(struct reader *r)
{
	struct container *c = &r->now;
	struct capgate_out measure = {0}, out;

	if (!c->has_host_config)
		return capgate_fail(r->err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "the entry has no HostConfig: this is not what docker inspect or podman inspect prints "
				    "of a container");
	c->seen.engine = c->has_bounding ? "podman" : "docker";
	c->seen.resolved = !c->has_bounding;
	out_config(&measure, c);
	out = (struct capgate_out){capgate_arena_alloc(r->arena, measure.len), measure.len, 0};
	if (!out.p || capgate_arena_room(r->arena, (void **)&r->v, &r->room, r->n + 1, sizeof(*r->v)) < 0)
		return capgate_fail_memory(r->err);
	out_config(&out, c);
	c->seen.config = (struct capgate_text){out.p, out.len};
	r->v[r->n++] = c->seen;
	*c = (struct container){0};
	r->mounts_room = 0;
	return 0;
}

/* ---- Reading --------------------------------------------------------------------------- */

static int read_mount(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct container *c = &r->now;
	struct mount *m = c->n_mounts ? &c->mounts[c->n_mounts - 1] : NULL;

	if (field == FIELD_MOUNT && event->kind == CAPGATE_JSON_OBJECT) {
		if (capgate_arena_room(r->arena, (void **)&c->mounts, &r->mounts_room, c->n_mounts + 1,
				       sizeof(*c->mounts)) < 0)
			return capgate_fail_memory(r->err);
		c->mounts[c->n_mounts++] = (struct mount){0};
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
	struct container *c = &r->now;
	struct capgate_text t = event->text;

	(void)walk;
	switch (field) {
	case FIELD_CONTAINER:
		return event->kind == CAPGATE_JSON_END ? finish(r) : 0;
	case FIELD_HOST_CONFIG:
		c->has_host_config = true;
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
		add_name(c, t, &c->add, &c->add_all);
		return 0;
	case FIELD_CAP_DROP:
		add_name(c, t, &c->drop, &c->drop_all);
		return 0;
	case FIELD_PRIVILEGED:
		c->privileged = event->truth;
		return 0;
	case FIELD_SECURITY_OPT:
		read_security_option(c, t);
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
		c->has_bounding = true; /* null is podman's way of writing none */
		return 0;
	case FIELD_BOUNDING:
		add_name(c, t, &c->bounding, NULL);
		return 0;
	case FIELD_EFFECTIVE:
		add_name(c, t, &c->effective, NULL);
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

int capgate_inspect_parse(struct capgate_text text, struct capgate_arena *arena, struct capgate_inspected **ret,
			  size_t *n, struct capgate_error *err)
{
	struct reader r = {.arena = arena, .err = err};
	int status = capgate_walk(text, (struct capgate_json_options){0}, &shape, arena, visit, &r, err);

	if (status < 0)
		return status;
	if (r.n == 0)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "the array is empty: it is neither a specification nor what an engine prints of containers");
	*ret = r.v;
	*n = r.n;
	return 0;
}
