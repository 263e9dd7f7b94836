/* SPDX-License-Identifier: Apache-2.0 */
/* containers.conf and crio.conf, in the order in which the engines lay them
 * over each other; only what concerns hooks and the runtime. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "containersconf.h"
#include "toml.h"

#define S TOML_SEP
#define FILES_MAX 64

/* Where each engine keeps these three things. */
struct keys {
	const char *hooks_dir, *runtime, *runtime_path;
};

static const struct keys podman_keys = {"engine" S "hooks_dir", "engine" S "runtime",
					"engine" S "runtimes" S WIRING_NAME};
static const struct keys crio_keys = {
	"crio" S "runtime" S "hooks_dir", "crio" S "runtime" S "default_runtime",
	"crio" S "runtime" S "runtimes" S WIRING_NAME S "runtime_path"};

struct reader {
	const struct keys *keys;
	const char *file;
	struct engine_conf *conf;
	char dir[CONF_DIRS][CONF_PATH]; /* of the array that is being read */
	size_t n_dirs;
	bool append, first_of_path;
};

static void set(char *to, struct capgate_text text)
{
	snprintf(to, CONF_PATH, "%.*s", text.len < CONF_PATH ? (int)text.len : 0, text.p);
}

/* podman takes {append=true} in an array: what follows is added. */
static void end_of_dirs(struct reader *r)
{
	if (!r->append)
		r->conf->n_dirs = 0;
	for (size_t i = 0; i < r->n_dirs && r->conf->n_dirs < CONF_DIRS; i++)
		memcpy(r->conf->dir[r->conf->n_dirs++], r->dir[i], CONF_PATH);
	set(r->conf->dir_source, capgate_text_of(r->file));
	r->n_dirs = 0;
	r->append = false;
}

static int see(void *user, const struct toml_event *e)
{
	struct reader *r = user;
	const struct keys *k = r->keys;
	size_t n = strlen(k->hooks_dir);

	if (e->kind == TOML_ELEMENT && strcmp(e->path, k->hooks_dir) == 0 &&
	    r->n_dirs < CONF_DIRS)
		set(r->dir[r->n_dirs++], e->text);
	else if (e->kind == TOML_OTHER && strncmp(e->path, k->hooks_dir, n) == 0 &&
		 strcmp(e->path + n, S "append") == 0)
		r->append = capgate_text_is(e->text, "true");
	else if (e->kind == TOML_ARRAY && strcmp(e->path, k->hooks_dir) == 0)
		end_of_dirs(r);
	else if (e->kind == TOML_STRING && strcmp(e->path, k->runtime) == 0) {
		set(r->conf->runtime, e->text);
		set(r->conf->runtime_source, capgate_text_of(r->file));
	} else if (e->kind == (k == &podman_keys ? TOML_ELEMENT : TOML_STRING) &&
		   strcmp(e->path, k->runtime_path) == 0)
		set(r->conf->runtime_path, e->text);
	return 0;
}

static void read_one(struct capgate_arena *arena, const struct keys *keys, const char *path,
		     struct engine_conf *conf)
{
	struct reader *r = capgate_arena_alloc(arena, sizeof(*r));
	struct capgate_error err;
	struct capgate_text text;
	bool missing;

	text = place_text(arena, path, &missing);
	if (missing || !r)
		return;
	*r = (struct reader){.keys = keys, .file = path, .conf = conf};
	if (text.p && toml_parse(text, arena, see, r, &err) == 0)
		return;
	set(conf->broken, capgate_text_of(path));
	snprintf(conf->broken_why, sizeof(conf->broken_why), "%.200s",
		 text.p ? err.msg : "it cannot be read");
}

static int is_conf(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".conf") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_dropins(struct capgate_arena *arena, const struct keys *keys, const char *dir,
			 struct engine_conf *conf)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_conf, by_bytes);

	for (int i = 0; i < n; i++) {
		char path[CONF_PATH];

		snprintf(path, sizeof(path), "%.200s/%.255s", dir, names[i]->d_name);
		if (i < FILES_MAX)
			read_one(arena, keys, path, conf);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

void engine_conf_read(struct capgate_arena *arena, enum engine e, struct engine_conf *ret)
{
	const struct keys *keys = e == ENGINE_PODMAN ? &podman_keys : &crio_keys;

	*ret = (struct engine_conf){.n_dirs = 1};
	set(ret->dir[0], capgate_text_of("/usr/share/containers/oci/hooks.d"));
	if (e == ENGINE_PODMAN) {
		read_one(arena, keys, "/usr/share/containers/containers.conf", ret);
		read_dropins(arena, keys, "/usr/share/containers/containers.conf.d", ret);
		read_one(arena, keys, CAPGATE_SYSCONFDIR "/containers/containers.conf", ret);
		read_dropins(arena, keys, CAPGATE_CONTAINERSCONFDIR, ret);
	} else {
		read_one(arena, keys, CAPGATE_SYSCONFDIR "/crio/crio.conf", ret);
		read_dropins(arena, keys, CAPGATE_SYSCONFDIR "/crio/crio.conf.d", ret);
	}
}
