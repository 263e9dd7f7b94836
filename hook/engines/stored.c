/* SPDX-License-Identifier: Apache-2.0 */
#include "stored.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "daemonjson.h"
#include "otherroots.h"
#include "storageconf.h"
#include "store.h"

struct search {
	const char *root;
	struct containers *list;
	struct daemonjson daemon; /* Docker's; its texts live in the arena */
	struct capgate_arena arena;
	struct capgate_text daemon_text;
	size_t moved;
};

static bool is_known(const struct containers *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].id, id) == 0)
			return true;
	return false;
}

/* An unreadable directory must not hide the other containers. */
static int skip(struct search *s, const char *dir, struct capgate_error *err)
{
	if (err->code == CAPGATE_ENOMEM)
		return err->code;
	io_say_error(dir, err);
	s->list->unreadable++;
	return 0;
}

/* ---- Docker ---------------------------------------------------------------------- */

/* Does Docker start this runtime's containers through capgate? */
static bool is_gated(const struct search *s, struct capgate_text runtime)
{
	const struct docker_runtime *r =
		daemonjson_find(&s->daemon, runtime.len ? runtime : s->daemon.fallback);

	return r && wiring_is_wrapper(r->has_type ? r->binary : r->path);
}

static int take_record(struct search *s, const char *dir, const struct store_record *r,
		       struct capgate_error *err)
{
	struct container c = {
		.engine = "docker", .runtime = "", .stored = true, .privileged = r->privileged};
	int status = container_begin(&c, dir, capgate_text_of(capgate_last_part(dir)), err);

	if (status == 0) {
		c.gated = is_gated(s, r->runtime);
		container_put(&c.name, r->name);
		container_put(&c.image, r->image);
		status = containers_add(s->list, &c, err);
	}
	if (status < 0)
		container_release(&c);
	return status;
}

static int take_docker(void *user, const struct engine_root *root, const char *dir,
		       struct capgate_error *err)
{
	struct search *s = user;
	struct stored_files f = {0};
	struct store_record record = {0};
	struct capgate_arena arena = {0};
	int status;

	(void)root;
	if (is_known(s->list, capgate_last_part(dir)))
		return 0;
	status = stored_files_read(dir, &f, err);
	if (status > 0)
		status = io_arena(f.config.len + f.host.len, &arena, err) < 0 ||
					 store_read_docker(f.config, &arena, &record, err) < 0 ||
					 store_read_docker(f.host, &arena, &record, err) < 0
				 ? err->code
				 : 1;
	if (status > 0 && record.running)
		s->moved++;
	else if (status > 0)
		status = take_record(s, dir, &record, err);
	io_arena_release(&arena);
	stored_files_release(&f);
	return status < 0 ? skip(s, dir, err) : 0;
}

/* The path of a file below the root.  False if it is too long for a file to exist. */
static bool below(const struct search *s, const char *file, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s%s", s->root, file) < PATH_MAX;
}

/* Reads Docker's runtimes and the directory of its containers. */
static int read_daemon(struct search *s, struct capgate_error *err)
{
	char path[PATH_MAX];
	bool missing;

	if (!below(s, s->root[0] ? WIRING_DOCKER_JSON : other_root_daemon_json(), path))
		return 0;
	if (place_read(path, &s->daemon_text, &missing, err) < 0 ||
	    io_arena(s->daemon_text.len, &s->arena, err) < 0 ||
	    (!missing && daemonjson_parse(s->daemon_text, &s->arena, &s->daemon, err) < 0))
		return skip(s, path, err);
	return 0;
}

/* Copies a path from a configuration file; "" if it is not absolute. */
static void put_path(char path[PATH_MAX], struct capgate_text t)
{
	path[0] = '\0';
	if (t.len && t.len < PATH_MAX && t.p[0] == '/' && !memchr(t.p, 0, t.len)) {
		memcpy(path, t.p, t.len);
		path[t.len] = '\0';
	}
}

static int find_docker(struct search *s, const struct engine_roots *roots,
		       struct capgate_error *err)
{
	char path[PATH_MAX];
	struct engine_root other = {ENGINE_DOCKER, ROOT_DOCKER, path, false};
	int status = read_daemon(s, err);

	for (size_t i = 0; status >= 0 && i < roots->n; i++) {
		if (roots->v[i].kind != ROOT_DOCKER)
			continue;
		status = engine_root_containers(&roots->v[i], s->root, take_docker, s, err);
		s->list->unreadable += status > 0;
	}
	/* The directory of the user who runs this, unless a file names another. */
	if (status >= 0 && !s->root[0] && !s->daemon.data_root.len && other_root_docker(1, path) &&
	    path[0]) {
		status = engine_root_containers(&other, s->root, take_docker, s, err);
		s->list->unreadable += status > 0;
	}
	put_path(path, s->daemon.data_root);
	/* In this directory, and with userns-remap below UID.GID. */
	for (size_t i = 0; status >= 0 && path[0] && i < 2; i++) {
		status = engine_root_containers(&other, s->root, take_docker, s, err);
		s->list->unreadable += status > 0;
		if (strlen(path) < PATH_MAX - 8)
			strcat(path, "/*.*");
	}
	return status < 0 ? status : 0;
}

/* ---- containers/storage: DRIVER-containers/ID/userdata -------------------------------- */

static bool has_file(const char *dir, const char *name)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path) &&
	       access(path, F_OK) == 0;
}

static int take_storage(void *user, const struct engine_root *root, const char *dir,
			struct capgate_error *err)
{
	static const char end[] = "/userdata";
	struct search *s = user;
	struct container c = {.engine = "podman", .runtime = "", .stored = true};
	struct capgate_text id = {dir, strlen(dir) - (sizeof(end) - 1)};
	int status;

	(void)root;
	while (id.len && id.p[id.len - 1] != '/')
		id.len--;
	id = (struct capgate_text){dir + id.len, strlen(dir) - (sizeof(end) - 1) - id.len};
	/* buildah's working containers cannot be started. */
	if (has_file(dir, "buildah.json"))
		return 0;
	status = container_begin(&c, dir, id, err);
	if (status == 0 && is_known(s->list, c.id)) {
		container_release(&c);
		return 0;
	}
	if (status == 0) {
		container_put(&c.bundle, capgate_text_of(dir));
		status = containers_add(s->list, &c, err);
	}
	if (status < 0)
		container_release(&c);
	return status;
}

static int find_storage(struct search *s, const struct engine_roots *roots,
			struct capgate_error *err)
{
	char path[PATH_MAX];
	struct engine_root other = {ENGINE_PODMAN, ROOT_GRAPH, path, false};
	int status = 0;

	for (size_t i = 0; status >= 0 && i < roots->n; i++) {
		if (roots->v[i].kind != ROOT_GRAPH)
			continue;
		status = engine_root_containers(&roots->v[i], s->root, take_storage, s, err);
		s->list->unreadable += status > 0;
	}
	/* First the graph root of root's storage.conf, then those of the user who runs this. */
	for (size_t i = 0; status >= 0 && i < 3; i++) {
		struct storage_conf conf = {0};

		path[0] = '\0';
		if (i == 0)
			status = storage_conf_read(s->root, &conf, err);
		else if (i == 1 && !s->root[0])
			status = storage_conf_own(&conf, err);
		else if (!s->root[0])
			other_root_graph(path);
		if (status < 0)
			status = skip(s, conf.from, err);
		if (i < 2)
			capgate_text_copy(path, PATH_MAX, capgate_text_of(conf.graph));
		if (status < 0 || !path[0])
			continue;
		status = engine_root_containers(&other, s->root, take_storage, s, err);
		s->list->unreadable += status > 0;
	}
	return status < 0 ? status : 0;
}

int stored_find(const char *root, struct containers *list, size_t *moved, struct capgate_error *err)
{
	struct search s = {.root = root, .list = list};
	struct engine_roots roots;
	int status;

	engine_roots_known(&roots);
	status = find_docker(&s, &roots, err);
	if (status == 0)
		status = find_storage(&s, &roots, err);
	io_arena_release(&s.arena);
	io_free(s.daemon_text);
	*moved = s.moved;
	return status;
}
