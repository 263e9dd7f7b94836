/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <string.h>

#include "lib/base/base.h"
#include "lib/caps/caps.h"

static bool is_all(struct capgate_text name)
{
	return capgate_text_distance(name, capgate_text_of("ALL"), 1) == 0 ||
	       capgate_text_distance(name, capgate_text_of("CAP_ALL"), 1) == 0;
}

static int add(struct capgate_request *r, struct capgate_text name, struct capgate_span at,
	       struct capgate_arena *arena)
{
	struct capgate_places *places = &r->seen.places;
	int cap = capgate_cap_lenient(name);

	if (cap >= 0)
		r->add = capgate_set_or(r->add, capgate_set_of(cap));
	else if (is_all(name))
		r->add_all = true;
	else
		r->unknown = name;
	if (capgate_arena_room(arena, (void **)&places->added, &r->added_room, places->n_added + 1,
			       sizeof(*places->added)) < 0)
		return CAPGATE_ENOMEM;
	places->added[places->n_added++] = (struct capgate_named){at, cap};
	return 0;
}

static void drop(struct capgate_request *r, struct capgate_text name)
{
	int cap = capgate_cap_lenient(name);

	if (cap >= 0)
		r->drop = capgate_set_or(r->drop, capgate_set_of(cap));
	r->drop_all |= is_all(name);
}

static void security_option(struct capgate_request *r, struct capgate_text option)
{
	if (capgate_text_begins(option, "no-new-privileges") &&
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

/* ---- Values of their own syntax ------------------------------------------------------- */

static size_t find(struct capgate_text t, char c)
{
	const char *at = t.len ? memchr(t.p, c, t.len) : NULL;

	return at ? (size_t)(at - t.p) : t.len;
}

static struct capgate_text after(struct capgate_text t, size_t n)
{
	return n < t.len ? (struct capgate_text){t.p + n, t.len - n} : (struct capgate_text){0};
}

/* More than the kernel has; those beyond are not looked at. */
#define SYSCTLS_MAX 1024

static int sysctl(struct capgate_request *r, struct capgate_text name, struct capgate_text value,
		  struct capgate_arena *arena)
{
	if (r->n_sysctls == SYSCTLS_MAX)
		return 0;
	if (capgate_arena_room(arena, (void **)&r->sysctls, &r->sysctls_room, r->n_sysctls + 1,
			       sizeof(*r->sysctls)) < 0)
		return CAPGATE_ENOMEM;
	r->sysctls[r->n_sysctls++] = (struct capgate_pair){.key = name, .value = value};
	return 0;
}

static int sysctl_word(struct capgate_request *r, struct capgate_text word,
		       struct capgate_arena *arena)
{
	const size_t name = find(word, '=');

	return sysctl(r, (struct capgate_text){word.p, name}, after(word, name + 1), arena);
}

/* "/etc:/host:ro"; a source that is no path is a volume's name. */
static int volume(struct capgate_request *r, struct capgate_text words, struct capgate_arena *arena)
{
	const size_t source = find(words, ':');
	struct capgate_text rest = after(words, source + 1);
	struct capgate_request_mount *m = capgate_request_mount(r, arena);

	if (!m)
		return CAPGATE_ENOMEM;
	rest = after(rest, find(rest, ':') + 1);
	m->source = (struct capgate_text){words.p, source};
	m->bind = source < words.len && source > 0 && strchr("/.~", words.p[0]) != NULL;
	m->writable = true;
	while (rest.len) {
		const size_t option = find(rest, ',');

		if (capgate_text_is((struct capgate_text){rest.p, option}, "ro"))
			m->writable = false;
		rest = after(rest, option + 1);
	}
	return 0;
}

/* Names in one option's value: "NET_RAW,KILL" of podman, one of Docker. */
static int option_names(struct capgate_request *r, struct capgate_text value, bool adds,
			struct capgate_span at, struct capgate_arena *arena)
{
	while (value.len) {
		const size_t n = find(value, ',');
		const struct capgate_text name = {value.p, n};

		if (!adds)
			drop(r, name);
		else if (add(r, name, at, arena) < 0)
			return CAPGATE_ENOMEM;
		value = after(value, n + 1);
	}
	return 0;
}

static int option(struct capgate_request *r, struct capgate_text name, struct capgate_text value,
		  struct capgate_span at, struct capgate_arena *arena)
{
	if (capgate_text_is(name, "--cap-add") || capgate_text_is(name, "--cap-drop"))
		return option_names(r, value, capgate_text_is(name, "--cap-add"), at, arena);
	if (capgate_text_is(name, "--security-opt"))
		security_option(r, value);
	else if (capgate_text_is(name, "--network") || capgate_text_is(name, "--net"))
		r->host_network = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--pid"))
		r->host_pid = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--ipc"))
		r->host_ipc = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--user") || capgate_text_is(name, "-u"))
		r->seen.user = value;
	else if (capgate_text_is(name, "--sysctl"))
		return sysctl_word(r, value, arena);
	else if (capgate_text_is(name, "--volume") || capgate_text_is(name, "-v"))
		return volume(r, value, arena);
	return 0;
}

/* Options whose value may be the next word; others do not matter here. */
static bool wants_value(struct capgate_text word)
{
	static const char *const names[] = {
		"--cap-add", "--cap-drop", "--security-opt", "--network", "--net", "--pid", "--ipc",
		"--user",    "-u",         "--sysctl",       "--volume",  "-v"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (capgate_text_is(word, names[i]))
			return true;
	return false;
}

static int argument(struct capgate_request *r, struct capgate_text word, struct capgate_span at,
		    struct capgate_arena *arena)
{
	const struct capgate_text name = {word.p, find(word, '=')};
	const struct capgate_text pending = r->option;

	r->option = (struct capgate_text){0};
	if (pending.len)
		return option(r, pending, word, at, arena);
	if (name.len < word.len) {
		const struct capgate_text value = after(word, name.len + 1);

		if (capgate_text_is(name, "--privileged"))
			r->privileged = !capgate_text_is(value, "false");
		return option(r, name, value, at, arena);
	}
	if (capgate_text_is(word, "--privileged"))
		r->privileged = true;
	else if (wants_value(word))
		r->option = word;
	return 0;
}

/* ---- One value ------------------------------------------------------------------------- */

static bool is_windows(struct capgate_text platform)
{
	return platform.len >= 7 && capgate_text_distance((struct capgate_text){platform.p, 7},
							  capgate_text_of("windows"), 1) == 0;
}

/* Lists and flags: where they stand counts as well. */
static int read_place(struct capgate_request *r, int field, const struct capgate_json_event *event,
		      struct capgate_arena *arena)
{
	struct capgate_places *places = &r->seen.places;

	switch (field) {
	case REQUEST_CAP_ADD_LIST:
		r->has_keys = true;
		if (event->kind == CAPGATE_JSON_END)
			places->add = event->at;
		return 0;
	case REQUEST_CAP_DROP_LIST:
		r->has_keys = true;
		if (event->kind == CAPGATE_JSON_END)
			places->drop = event->at;
		return 0;
	case REQUEST_PRIVILEGED:
		r->has_keys = true;
		r->privileged = event->kind == CAPGATE_JSON_BOOL && event->truth;
		if (r->privileged)
			places->privileged = event->at;
		return 0;
	case REQUEST_CAP_ADD:
		return add(r, event->text, event->at, arena);
	default:
		drop(r, event->text);
		return 0;
	}
}

static int read_sysctl(struct capgate_request *r, int field, struct capgate_text key,
		       const struct capgate_json_event *event, struct capgate_arena *arena)
{
	switch (field) {
	case REQUEST_SYSCTLS: /* an entry of a list has no key */
		return key.p ? sysctl(r, key, event->text, arena)
			     : sysctl_word(r, event->text, arena);
	case REQUEST_SYSCTL_WORD:
		return sysctl_word(r, event->text, arena);
	case REQUEST_SYSCTL_NAME:
		return sysctl(r, event->text, (struct capgate_text){0}, arena);
	default:
		if (r->n_sysctls)
			r->sysctls[r->n_sysctls - 1].value = event->text;
		return 0;
	}
}

static int begin_mount(struct capgate_request *r, const struct capgate_json_event *event,
		       struct capgate_arena *arena)
{
	struct capgate_request_mount *m;

	if (event->kind != CAPGATE_JSON_OBJECT)
		return 0;
	m = capgate_request_mount(r, arena);
	if (!m)
		return CAPGATE_ENOMEM;
	m->writable = true;
	return 0;
}

static void read_word(struct capgate_request *r, int field, struct capgate_text t)
{
	switch (field) {
	case REQUEST_ID:
		r->seen.id = t;
		return;
	case REQUEST_NAME: /* Docker puts a slash before it */
		r->seen.name = t.len && t.p[0] == '/' ? after(t, 1) : t;
		return;
	case REQUEST_IMAGE:
		r->seen.image = t;
		return;
	case REQUEST_USER:
		r->seen.user = t;
		return;
	case REQUEST_SECURITY_OPTION:
		security_option(r, t);
		return;
	case REQUEST_SECCOMP:
		r->unconfined = capgate_text_is(t, "unconfined");
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
	case REQUEST_PLATFORM:
		r->windows |= is_windows(t);
		return;
	default:
		r->driver = t;
	}
}

int capgate_request_read(struct capgate_request *r, int field, struct capgate_text key,
			 const struct capgate_json_event *event, struct capgate_arena *arena)
{
	if (field >= REQUEST_CAP_ADD_LIST && field <= REQUEST_PRIVILEGED)
		return read_place(r, field, event, arena);
	if (field >= REQUEST_SYSCTLS && field <= REQUEST_SYSCTL_VALUE)
		return read_sysctl(r, field, key, event, arena);
	switch (field) {
	case REQUEST_UID:
		r->has_uid = event->kind == CAPGATE_JSON_NUMBER &&
			     capgate_json_uint(event->text, 4294967294u, &r->uid);
		return 0;
	case REQUEST_NO_NEW_PRIVS:
		r->no_new_privs = event->kind == CAPGATE_JSON_BOOL && event->truth;
		return 0;
	case REQUEST_EXTENDED:
		r->extended |= event->kind != CAPGATE_JSON_NULL;
		return 0;
	case REQUEST_ARGUMENT:
		return argument(r, event->text, event->at, arena);
	case REQUEST_VOLUME:
		return volume(r, event->text, arena);
	case REQUEST_MOUNT:
		return event->kind == CAPGATE_JSON_STRING ? volume(r, event->text, arena)
							  : begin_mount(r, event, arena);
	case REQUEST_MOUNT_TYPE:
	case REQUEST_MOUNT_SOURCE:
	case REQUEST_MOUNT_WRITABLE:
	case REQUEST_MOUNT_READ_ONLY:
		if (r->n_mounts)
			read_mount(&r->mounts[r->n_mounts - 1], field, event);
		return 0;
	default:
		read_word(r, field, event->text);
		return 0;
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

void capgate_request_resolve_podman(struct capgate_request *r)
{
	uint64_t uid;

	capgate_request_resolve_docker(r);
	if (!r->privileged && parse_user(r->seen.user, &uid) && uid != 0)
		r->effective = capgate_set_and(r->add, r->bounding);
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

/* Docker's, unless the container shares the host's network (moby, daemon/oci_linux.go). */
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
	for (size_t i = 0;
	     r->docker_sysctls && !r->host_network && i < COUNT(of_docker);
	     i++) {
		if (sets(r, of_docker[i].name))
			continue;
		capgate_out_format(out, "%s\"%s\":\"%s\"", any ? "," : "", of_docker[i].name,
				   of_docker[i].value);
		any = true;
	}
	for (size_t i = 0; i < r->n_sysctls; i++) {
		bool again = false;

		/* Of one that is set twice the last counts. */
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
			   (unsigned long long)uid_of(r), r->no_new_privs ? "true" : "false");
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
	/* Nobody prints these two, and every engine mounts them; runc sets sysctls there. */
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

	r->seen.resolved = !r->told;
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
