/* SPDX-License-Identifier: Apache-2.0 */
/* Where runtimes keep what they know about running containers. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/error.h"
#include "../lib/walk.h"
#include "audit.h"
#include "io.h"

/* One directory a container.  Engines give their runtimes roots of their own;
 * the tasks come last, for runtimes that keep their state elsewhere. */
static const struct {
	const char *pattern, *engine;
} stores[] = {
	{"/run/docker/runtime-*/*/*", "docker"},
	{"/run/containerd/runc/*/*", "containerd"},
	{"/run/runc/*", ""},
	{"/run/crun/*", ""},
	{"/run/youki/*", ""},
	{"/run/user/*/runc/*", ""},
	{"/run/user/*/crun/*", ""},
	{"/run/docker/containerd/daemon/io.containerd.runtime.v2.task/*/*", "docker"},
	{"/run/containerd/io.containerd.runtime.v2.task/*/*", "containerd"},
};

/* State files are some kilobytes; those of runc hold the seccomp filter too. */
#define STATE_MAX CAPGATE_TEXT_MAX
#define CONTAINERS_MAX 100000

/* ---- state.json of runc and youki, status of crun: one reader for all ---------- */

enum { FIELD_NONE, FIELD_ID, FIELD_PID, FIELD_STARTED, FIELD_BUNDLE, FIELD_LABEL };

#define VALUE(f) (&(const struct capgate_shape){.field = (f)})

static const struct capgate_shape state_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = (const struct capgate_member[]){
		{"id", VALUE(FIELD_ID)},
		{"init_process_pid", VALUE(FIELD_PID)},
		{"pid", VALUE(FIELD_PID)},
		{"init_process_start", VALUE(FIELD_STARTED)},
		{"process-start-time", VALUE(FIELD_STARTED)},
		{"bundle", VALUE(FIELD_BUNDLE)},
		{"config", &(const struct capgate_shape){.members = (const struct capgate_member[]){
			{"labels", &(const struct capgate_shape){.each = VALUE(FIELD_LABEL)}},
			{0},
		}}},
		{0},
	},
};

/* A text with a NUL in it is no id and no path.  Without memory *where stays. */
static void put(char **where, struct capgate_text t)
{
	char *fresh = t.len == 0 || memchr(t.p, 0, t.len) ? strdup("") : strndup(t.p, t.len);

	if (!fresh)
		return;
	free(*where);
	*where = fresh;
}

static int visit(void *user, const struct capgate_walk *walk, int field, const struct capgate_json_event *event)
{
	static const char label[] = "bundle=";
	struct audit_container *c = user;
	uint64_t v;

	(void)walk;
	if (field == FIELD_PID && event->kind == CAPGATE_JSON_NUMBER && capgate_json_uint(event->text, INT32_MAX, &v))
		c->pid = (long)v;
	else if (field == FIELD_STARTED && event->kind == CAPGATE_JSON_NUMBER &&
		 capgate_json_uint(event->text, UINT64_MAX, &v))
		c->started = v;
	else if (field == FIELD_ID && event->kind == CAPGATE_JSON_STRING)
		put(&c->id, event->text);
	else if (field == FIELD_BUNDLE && event->kind == CAPGATE_JSON_STRING)
		put(&c->bundle, event->text);
	else if (field == FIELD_LABEL && event->kind == CAPGATE_JSON_STRING && event->text.len > sizeof(label) - 1 &&
		 memcmp(event->text.p, label, sizeof(label) - 1) == 0)
		put(&c->bundle, (struct capgate_text){event->text.p + sizeof(label) - 1,
						      event->text.len - (sizeof(label) - 1)});
	return 0;
}

static int parse_state(struct capgate_text text, struct audit_container *c, struct capgate_error *err)
{
	struct capgate_arena arena;
	int status = io_arena(text.len, &arena, err);

	if (status < 0)
		return status;
	status = capgate_walk(text, (struct capgate_json_options){0}, &state_shape, &arena, visit, c, err);
	io_arena_release(&arena);
	return status;
}

/* ---- One directory ---------------------------------------------------------------- */

/* 0 when it is not there; positive when it was read. */
static int read_file(const char *dir, const char *name, struct capgate_text *ret, struct capgate_error *err)
{
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), fd, status;
	struct stat st;

	if (at < 0)
		return 0;
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT) {
		close(at);
		return 0;
	}
	fd = io_open_regular(at, name, err);
	close(at);
	if (fd < 0)
		return fd;
	status = io_read_all(fd, STATE_MAX, ret, err);
	close(fd);
	return status < 0 ? status : 1;
}

static void container_release(struct audit_container *c)
{
	free(c->id);
	free(c->bundle);
	free(c->dir);
	free(c->name);
	free(c->image);
	*c = (struct audit_container){0};
}

/* A task directory of containerd is the bundle itself and holds init.pid. */
static int read_task(const char *dir, struct audit_container *c, struct capgate_error *err)
{
	struct capgate_text text;
	char number[16] = "";
	int status = read_file(dir, "init.pid", &text, err);

	if (status <= 0)
		return status;
	memcpy(number, text.p, text.len < sizeof(number) - 1 ? text.len : sizeof(number) - 1);
	io_free(text);
	c->pid = strtol(number, NULL, 10);
	put(&c->bundle, capgate_text_of(dir));
	return 1;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* 0: no container; positive: *c is one. */
static int read_dir(const char *dir, struct audit_container *c, struct capgate_error *err)
{
	struct capgate_text text;
	int status;

	put(&c->id, capgate_text_of(last_part(dir)));
	put(&c->bundle, capgate_text_of(""));
	put(&c->dir, capgate_text_of(dir));
	put(&c->name, capgate_text_of(""));
	put(&c->image, capgate_text_of(""));
	if (!c->id || !c->bundle || !c->dir || !c->name || !c->image)
		return capgate_fail_memory(err);
	c->runtime = "runc";
	status = read_file(dir, "state.json", &text, err);
	if (status == 0) {
		c->runtime = "crun";
		status = read_file(dir, "status", &text, err);
	}
	if (status == 0) {
		c->runtime = "";
		return read_task(dir, c, err);
	}
	if (status < 0)
		return status;
	status = parse_state(text, c, err);
	io_free(text);
	/* crun says no id: the directory is called by it. */
	return status < 0 ? status : 1;
}

static bool is_known(const struct audit_list *list, const struct audit_container *c)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].id, c->id) == 0 && (list->v[i].pid == c->pid || c->runtime[0] == '\0'))
			return true;
	return false;
}

static int add(struct audit_list *list, struct audit_container c, struct capgate_error *err)
{
	if (list->n == CONTAINERS_MAX)
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				    "more than %d containers", CONTAINERS_MAX);
	if (list->n == list->room) {
		size_t more = list->room ? list->room * 2 : 16;
		struct audit_container *grown = realloc(list->v, more * sizeof(*grown));

		if (!grown)
			return capgate_fail_memory(err);
		list->v = grown;
		list->room = more;
	}
	list->v[list->n++] = c;
	return 0;
}

static int take(const char *dir, const char *engine, struct audit_list *list, struct capgate_error *err)
{
	struct audit_container c = {.engine = engine};
	int status = read_dir(dir, &c, err);

	if (status < 0 && err->code == CAPGATE_ENOMEM)
		return status;
	if (status < 0) {
		/* One that cannot be read must not hide the others. */
		io_say_error(dir, err);
		list->unreadable++;
	}
	if (status <= 0 || is_known(list, &c)) {
		container_release(&c);
		return 0;
	}
	return add(list, c, err);
}

/* The root is a name, not a pattern. */
static char *pattern_of(const char *root, const char *pattern)
{
	char *escaped = malloc(2 * strlen(root) + strlen(pattern) + 1), *p = escaped;

	if (!escaped)
		return NULL;
	for (; *root; root++) {
		if (strchr("*?[\\", *root))
			*p++ = '\\';
		*p++ = *root;
	}
	strcpy(p, pattern);
	return escaped;
}

int audit_find(const char *root, struct audit_list *ret, struct capgate_error *err)
{
	struct audit_list list = {0};
	int status = 0;

	for (size_t i = 0; status == 0 && i < sizeof(stores) / sizeof(stores[0]); i++) {
		char *pattern = pattern_of(root, stores[i].pattern);
		glob_t found = {0};

		if (!pattern)
			return capgate_fail_memory(err);
		if (glob(pattern, 0, NULL, &found) == GLOB_NOSPACE)
			status = capgate_fail_memory(err);
		for (size_t k = 0; status == 0 && k < found.gl_pathc; k++)
			status = take(found.gl_pathv[k], stores[i].engine, &list, err);
		globfree(&found);
		free(pattern);
	}
	if (status < 0)
		audit_list_release(&list);
	else
		*ret = list;
	return status;
}

void audit_list_release(struct audit_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		container_release(&list->v[i]);
	free(list->v);
	*list = (struct audit_list){0};
}

/* ---- Its specification ------------------------------------------------------------ */

int audit_read_config(const char *root, const struct audit_container *c, size_t limit, struct capgate_text *ret,
		      struct capgate_error *err)
{
	char *below = NULL;
	const char *places[3] = {c->dir, NULL, c->bundle};
	int status = 0;

	/* Of a file system that is mounted elsewhere, the bundle is there too. */
	if (root[0] && c->bundle[0] && asprintf(&below, "%s%s", root, c->bundle) >= 0)
		places[1] = below;
	for (size_t i = 0; i < 3 && status == 0; i++)
		if (places[i] && places[i][0])
			status = read_file(places[i], "config.json", ret, err);
	free(below);
	if (status == 0)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "neither the runtime's directory nor the bundle has its config.json");
	if (status > 0 && ret->len > limit) {
		io_free(*ret);
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				    "the specification is larger than %zu bytes", limit);
	}
	return status < 0 ? status : 0;
}
