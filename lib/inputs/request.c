/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include "lib/base/base.h"
#include "lib/caps/caps.h"

static bool is_all(struct capgate_text name)
{
	return capgate_text_distance(name, capgate_text_of("ALL"), 1) == 0 ||
	       capgate_text_distance(name, capgate_text_of("CAP_ALL"), 1) == 0;
}

static void add(struct capgate_request *r, struct capgate_text name)
{
	int cap = capgate_cap_lenient(name);

	if (cap >= 0)
		r->add = capgate_set_or(r->add, capgate_set_of(cap));
	else if (is_all(name))
		r->add_all = true;
	else
		r->unknown = name;
}

static void drop(struct capgate_request *r, struct capgate_text name)
{
	r->drop = capgate_set_or(r->drop, capgate_set_of(capgate_cap_lenient(name)));
	r->drop_all |= is_all(name);
}

static bool begins_with(struct capgate_text t, const char *prefix)
{
	struct capgate_text p = capgate_text_of(prefix);

	return t.len >= p.len && capgate_text_equal((struct capgate_text){t.p, p.len}, p);
}

static void security_option(struct capgate_request *r, struct capgate_text option)
{
	if (begins_with(option, "no-new-privileges") &&
	    !capgate_text_is(option, "no-new-privileges:false") &&
	    !capgate_text_is(option, "no-new-privileges=false"))
		r->no_new_privs = true;
	if (capgate_text_is(option, "seccomp=unconfined") ||
	    capgate_text_is(option, "seccomp:unconfined"))
		r->unconfined = true;
}

struct capgate_request_mount *capgate_request_mount(struct capgate_request *r,
						    struct capgate_arena *arena)
{
	if (capgate_arena_room(arena, (void **)&r->mounts, &r->mounts_room, r->n_mounts + 1,
			       sizeof(*r->mounts)) < 0)
		return NULL;
	r->mounts[r->n_mounts] = (struct capgate_request_mount){0};
	return &r->mounts[r->n_mounts++];
}

static void read_mount(struct capgate_request_mount *m, int field,
		       const struct capgate_json_event *event)
{
	if (field == REQUEST_MOUNT_TYPE && event->kind == CAPGATE_JSON_STRING)
		m->bind = capgate_text_is(event->text, "bind");
	else if (field == REQUEST_MOUNT_SOURCE && event->kind == CAPGATE_JSON_STRING)
		m->source = event->text;
	else if (field == REQUEST_MOUNT_WRITABLE && event->kind == CAPGATE_JSON_BOOL)
		m->writable = event->truth;
	else if (field == REQUEST_MOUNT_READ_ONLY && event->kind == CAPGATE_JSON_BOOL)
		m->writable = !event->truth;
}

void capgate_request_read(struct capgate_request *r, int field,
			  const struct capgate_json_event *event)
{
	struct capgate_text t = event->text;

	switch (field) {
	case REQUEST_ID:
		r->seen.id = t;
		return;
	case REQUEST_IMAGE:
		r->seen.image = t;
		return;
	case REQUEST_USER:
		r->seen.user = t;
		return;
	case REQUEST_CAP_ADD:
		add(r, t);
		return;
	case REQUEST_CAP_DROP:
		drop(r, t);
		return;
	case REQUEST_PRIVILEGED:
		r->privileged = event->kind == CAPGATE_JSON_BOOL && event->truth;
		return;
	case REQUEST_SECURITY_OPTION:
		security_option(r, t);
		return;
	case REQUEST_NETWORK:
		r->host_network = capgate_text_is(t, "host");
		return;
	case REQUEST_PID:
		r->host_pid = capgate_text_is(t, "host");
		return;
	case REQUEST_IPC:
		r->host_ipc = capgate_text_is(t, "host");
		return;
	default:
		if (r->n_mounts)
			read_mount(&r->mounts[r->n_mounts - 1], field, event);
	}
}

/* ---- Resolving ---------------------------------------------------------------------- */

/* A name instead of a number: some user, and not root. */
#define SOME_USER 65534

/* "1000:1000", "root", "": root when there is nothing.  False: it is a name. */
static bool parse_user(struct capgate_text user, uint64_t *ret)
{
	for (size_t i = 0; i < user.len; i++)
		if (user.p[i] == ':')
			user.len = i;
	*ret = 0;
	return user.len == 0 || capgate_text_is(user, "root") ||
	       capgate_json_uint(user, 4294967294u, ret);
}

static uint64_t uid_of(const struct capgate_request *r)
{
	uint64_t uid;

	return r->has_uid ? r->uid : parse_user(r->seen.user, &uid) ? uid : SOME_USER;
}

/* containerd's default list is Docker's. */
static capgate_set usual(void)
{
	return capgate_profile_find(capgate_text_of("docker-default"))->caps;
}

void capgate_request_resolve_docker(struct capgate_request *r)
{
	uint64_t uid;

	if (r->privileged)
		r->bounding = capgate_set_all();
	else if (r->add_all)
		r->bounding = capgate_set_minus(capgate_set_all(), r->drop);
	else if (r->drop_all)
		r->bounding = r->add;
	else
		r->bounding = capgate_set_or(capgate_set_minus(usual(), r->drop), r->add);
	r->effective = r->bounding;
	if (parse_user(r->seen.user, &uid) && uid != 0)
		r->effective = (capgate_set){0};
}

void capgate_request_resolve_containerd(struct capgate_request *r)
{
	capgate_set s = r->add_all ? capgate_set_all() : usual();

	if (r->drop_all)
		s = (capgate_set){0};
	s = capgate_set_minus(capgate_set_or(s, r->add), r->drop);
	r->bounding = r->effective = r->privileged ? capgate_set_all() : s;
}

/* ---- The specification that follows ------------------------------------------------- */

static void out_names(struct capgate_out *out, capgate_set s, struct capgate_text unknown)
{
	capgate_out_string(out, "[");
	capgate_out_names(out, s);
	if (unknown.len) {
		capgate_out_string(out, capgate_set_empty(s) ? "" : ",");
		capgate_out_json(out, unknown);
	}
	capgate_out_string(out, "]");
}

static void out_namespaces(struct capgate_out *out, const struct capgate_request *r)
{
	capgate_out_string(out, "\"namespaces\":[{\"type\":\"mount\"}");
	if (!r->host_network)
		capgate_out_string(out, ",{\"type\":\"network\"}");
	if (!r->host_pid)
		capgate_out_string(out, ",{\"type\":\"pid\"}");
	if (!r->host_ipc)
		capgate_out_string(out, ",{\"type\":\"ipc\"}");
	if (r->own_users)
		capgate_out_string(out, ",{\"type\":\"user\"}");
	capgate_out_string(out, "]");
}

static void out_config(struct capgate_out *out, const struct capgate_request *r)
{
	capgate_out_format(out,
			   "{\"process\":{\"user\":{\"uid\":%llu},\"noNewPrivileges\":%s,"
			   "\"capabilities\":{\"bounding\":",
			   (unsigned long long)uid_of(r), r->no_new_privs ? "true" : "false");
	out_names(out, r->bounding, r->unknown);
	capgate_out_string(out, ",\"effective\":");
	out_names(out, r->effective, (struct capgate_text){0});
	capgate_out_string(out, ",\"permitted\":");
	out_names(out, r->effective, (struct capgate_text){0});
	capgate_out_string(out, "}},\"mounts\":[");
	for (size_t i = 0; i < r->n_mounts; i++) {
		capgate_out_format(
			out, "%s{\"destination\":\"/\",\"options\":[\"%s\",\"%s\"],\"source\":",
			i ? "," : "", r->mounts[i].bind ? "bind" : "noatime",
			r->mounts[i].writable ? "rw" : "ro");
		capgate_out_json(out, r->mounts[i].source);
		capgate_out_string(out, "}");
	}
	capgate_out_string(out, "],\"linux\":{");
	out_namespaces(out, r);
	if (!r->unconfined && !r->privileged)
		capgate_out_string(out, ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\"}");
	capgate_out_string(out, "}}");
}

int capgate_request_finish(struct capgate_request *r, struct capgate_arena *arena,
			   struct capgate_requests *list, struct capgate_error *err)
{
	struct capgate_out measure = {0}, out;

	r->seen.resolved = !r->told;
	out_config(&measure, r);
	out = (struct capgate_out){capgate_arena_alloc(arena, measure.len), measure.len, 0};
	if (!out.p || capgate_arena_room(arena, (void **)&list->v, &list->room, list->n + 1,
					 sizeof(*list->v)) < 0)
		return capgate_fail_memory(err);
	out_config(&out, r);
	r->seen.config = (struct capgate_text){out.p, out.len};
	list->v[list->n++] = r->seen;
	*r = (struct capgate_request){0};
	return 0;
}
