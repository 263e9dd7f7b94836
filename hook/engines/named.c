/* SPDX-License-Identifier: Apache-2.0 */
#include "named.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "otherroots.h"
#include "roots.h"
#include "storageconf.h"
#include "store.h"

struct finding {
	struct capgate_text name;
	struct named *named;
};

static void take_id(struct named *named, struct capgate_text id)
{
	if (id.len == 0 || id.len >= NAMED_ID || named->n == NAMED_IDS)
		return;
	memcpy(named->id[named->n], id.p, id.len);
	named->id[named->n++][id.len] = '\0';
}

/* Reads the record of that name from a file.  False if the file has none. */
static bool read_record(const char *path, bool docker, struct capgate_text name,
			struct store_record *record, struct capgate_arena *arena,
			struct capgate_text *text)
{
	struct capgate_error ignored;

	if (io_read_in(AT_FDCWD, path, STORE_MAX, text, &ignored) < 0 ||
	    io_arena(text->len, arena, &ignored) < 0)
		return false;
	if (docker)
		return store_read_docker(*text, arena, record, &ignored) == 0 &&
		       capgate_text_equal(record->name, name);
	return store_find_named(*text, name, arena, record, &ignored) == 0 && record->id.len;
}

static void look(const struct finding *f, const char *path, const char *docker_id)
{
	struct store_record record = {0};
	struct capgate_arena arena = {0};
	struct capgate_text text = {0};

	if (read_record(path, docker_id != NULL, f->name, &record, &arena, &text))
		take_id(f->named, docker_id ? capgate_text_of(docker_id) : record.id);
	io_arena_release(&arena);
	io_free(text);
}

static int look_at_docker(void *user, const struct engine_root *root, const char *dir,
			  struct capgate_error *err)
{
	char path[PATH_MAX];

	(void)root, (void)err;
	if (snprintf(path, sizeof(path), "%s/config.v2.json", dir) < (int)sizeof(path))
		look(user, path, capgate_last_part(dir));
	return 0;
}

static void find_in_docker(const struct engine_roots *roots, struct finding *f)
{
	struct capgate_error ignored;
	char path[PATH_MAX];

	for (size_t i = 0; i < roots->n; i++)
		if (roots->v[i].kind == ROOT_DOCKER)
			(void)!engine_root_containers(&roots->v[i], "", look_at_docker, f,
						      &ignored);
	/* The directories of daemon.json and of a user's dockerd; with userns-remap, UID.GID. */
	for (size_t i = 0; other_root_docker(i, path); i++)
		for (size_t j = 0; path[0] && j < 2; j++) {
			const struct engine_root other = {ENGINE_DOCKER, ROOT_DOCKER, path, false};

			(void)!engine_root_containers(&other, "", look_at_docker, f, &ignored);
			if (strlen(path) < PATH_MAX - 8)
				strcat(path, "/*.*");
		}
}

static void find_in_lists(const struct engine_roots *roots, enum root_kind kind,
			  const struct finding *f)
{
	char path[PATH_MAX];

	for (size_t i = 0;
	     store_list_at(roots, kind, (struct capgate_text){0}, i, path, sizeof(path)); i++)
		if (path[0])
			look(f, path, NULL);
}

static void add_root(struct engine_roots *roots, enum root_kind kind, const char *path)
{
	if (path[0] && roots->n < ENGINE_ROOTS)
		roots->v[roots->n++] = (struct engine_root){ENGINE_PODMAN, kind, path, true};
}

static void add_storage(struct engine_roots *roots, const struct storage_conf *conf)
{
	add_root(roots, ROOT_GRAPH, conf->graph);
	add_root(roots, ROOT_RUN, conf->run);
}

void named_find(struct capgate_text name, struct named *ret)
{
	struct finding f = {name, ret};
	static char own[PATH_MAX];
	static struct storage_conf roots_conf, own_conf;
	struct capgate_error ignored;
	struct engine_roots roots;

	ret->n = 0;
	engine_roots_known(&roots);
	other_root_graph(own);
	add_root(&roots, ROOT_GRAPH, own);
	/* A file that its engine could not read either names no place. */
	if (storage_conf_read("", &roots_conf, &ignored) == 0)
		add_storage(&roots, &roots_conf);
	if (storage_conf_own(&own_conf, &ignored) == 0)
		add_storage(&roots, &own_conf);
	find_in_docker(&roots, &f);
	find_in_lists(&roots, ROOT_GRAPH, &f);
	find_in_lists(&roots, ROOT_RUN, &f);
}
