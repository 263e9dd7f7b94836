/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the specification that an engine makes of a request. */
#include "request.h"

#include "lib/base/base.h"
#include "lib/caps/caps.h"

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
	capgate_out_string(out, "\"namespaces\":[{\"type\":\"mount\"},"
				"{\"type\":\"uts\"},{\"type\":\"cgroup\"}");
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

/* Docker's sysctls, unless the container shares the host's network (moby, daemon/oci_linux.go). */
static const struct {
	const char *name, *value;
} of_docker[] = {
	{"net.ipv4.ip_unprivileged_port_start", "0"},
	{"net.ipv4.ping_group_range", "0 2147483647"},
};

static bool sets(const struct capgate_request *r, const char *name)
{
	for (size_t i = 0; i < r->n_sysctls; i++)
		if (capgate_text_is(r->sysctls[i].key, name))
			return true;
	return false;
}

static void out_sysctls(struct capgate_out *out, const struct capgate_request *r)
{
	bool any = false;

	capgate_out_string(out, ",\"sysctl\":{");
	for (size_t i = 0; r->docker_sysctls && !r->host_network && i < COUNT(of_docker); i++) {
		if (sets(r, of_docker[i].name))
			continue;
		capgate_out_format(out, "%s\"%s\":\"%s\"", any ? "," : "", of_docker[i].name,
				   of_docker[i].value);
		any = true;
	}
	for (size_t i = 0; i < r->n_sysctls; i++) {
		bool again = false;

		/* If a sysctl is set twice, the last value counts. */
		for (size_t k = i + 1; k < r->n_sysctls && !again; k++)
			again = capgate_text_equal(r->sysctls[k].key, r->sysctls[i].key);
		if (again)
			continue;
		capgate_out_string(out, any ? "," : "");
		capgate_out_json(out, r->sysctls[i].key);
		capgate_out_string(out, ":");
		capgate_out_json(out, r->sysctls[i].value);
		any = true;
	}
	capgate_out_string(out, "}");
}

static void out_config(struct capgate_out *out, const struct capgate_request *r)
{
	capgate_out_format(out,
			   "{\"process\":{\"user\":{\"uid\":%llu},\"noNewPrivileges\":%s,"
			   "\"capabilities\":{\"bounding\":",
			   (unsigned long long)capgate_request_uid(r),
			   r->no_new_privs ? "true" : "false");
	out_names(out, r->bounding, r->unknown);
	capgate_out_string(out, ",\"effective\":");
	out_names(out, r->effective, (struct capgate_text){0});
	capgate_out_string(out, ",\"permitted\":");
	out_names(out, r->effective, (struct capgate_text){0});
	capgate_out_string(out, "}},\"mounts\":[");
	for (size_t i = 0; i < r->n_mounts; i++) {
		capgate_out_format(
			out, "{\"destination\":\"/mnt\",\"options\":[\"%s\",\"%s\"],\"source\":",
			r->mounts[i].bind ? "bind" : "noatime",
			r->mounts[i].writable ? "rw" : "ro");
		capgate_out_json(out, r->mounts[i].source);
		capgate_out_string(out, "},");
	}
	/* No document has these two mounts, but every engine makes them, and runc sets sysctls
	 * there. */
	capgate_out_string(out, "{\"destination\":\"/dev\",\"type\":\"tmpfs\"},"
				"{\"destination\":\"/proc\",\"type\":\"proc\","
				"\"source\":\"proc\"}],\"linux\":{");
	out_namespaces(out, r);
	out_sysctls(out, r);
	if (!r->unconfined && !r->privileged)
		capgate_out_string(out, ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\"}");
	capgate_out_string(out, "}}");
}

static int append(const struct capgate_inspected *seen, struct capgate_arena *arena,
		  struct capgate_requests *list, struct capgate_error *err)
{
	if (capgate_arena_room(arena, (void **)&list->v, &list->room, list->n + 1,
			       sizeof(*list->v)) < 0)
		return capgate_fail_memory(err);
	list->v[list->n++] = *seen;
	return 0;
}

int capgate_request_finish(struct capgate_request *r, struct capgate_arena *arena,
			   struct capgate_requests *list, struct capgate_error *err)
{
	struct capgate_out measure = {0}, out;

	r->seen.resolved = !r->has_sets;
	out_config(&measure, r);
	out = (struct capgate_out){capgate_arena_alloc(arena, measure.len), measure.len, 0};
	if (!out.p)
		return capgate_fail_memory(err);
	out_config(&out, r);
	r->seen.config = (struct capgate_text){out.p, out.len};
	if (append(&r->seen, arena, list, err) < 0)
		return err->code;
	*r = (struct capgate_request){0};
	return 0;
}

int capgate_request_untold(const struct capgate_inspected *seen, enum capgate_rule rule,
			   const char *why, struct capgate_arena *arena,
			   struct capgate_requests *list, struct capgate_error *err)
{
	struct capgate_inspected untold = *seen;

	untold.rule = rule;
	untold.why = why;
	untold.config = (struct capgate_text){0};
	return append(&untold, arena, list, err);
}
