/* SPDX-License-Identifier: Apache-2.0 */
/* Reads containers.conf and crio.conf in the order in which engines merge them, but only the
 * settings of hooks and runtimes. */
#include "containersconf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "toml.h"

#define S TOML_SEP

/* The keys of each engine's settings. */
struct keys {
	const char *hooks_dir, *runtime, *runtimes;
};

static const struct keys podman_keys = {"engine" S "hooks_dir", "engine" S "runtime",
					"engine" S "runtimes"};
static const struct keys crio_keys = {"crio" S "runtime" S "hooks_dir",
				      "crio" S "runtime" S "default_runtime",
				      "crio" S "runtime" S "runtimes"};

struct reader {
	const struct keys *keys;
	const char *file;
	struct capgate_text text;
	struct engine_conf *conf;
	char dir[CONF_DIRS][CONF_PATH]; /* the array that is being read */
	size_t n_dirs;
	bool append;
	struct conf_runtime *table; /* the runtime of the last header */
	size_t table_from;
	bool seen[CONF_RUNTIMES]; /* in this file */
	size_t n_elements;
};

static void set(char *to, struct capgate_text text)
{
	snprintf(to, CONF_PATH, "%.*s", text.len < CONF_PATH ? (int)text.len : 0, text.p);
}

/* ---- Hooks ------------------------------------------------------------------------------- */

static bool is_capgates(const char *file)
{
	static const char *const files[] = {WIRING_CONTAINERS_CONF, WIRING_CONTAINERS_RUNTIMES,
					    WIRING_CRIO_CONF, WIRING_CRIO_RUNTIMES};

	for (size_t i = 0; i < COUNT(files); i++)
		if (strcmp(file, files[i]) == 0)
			return true;
	return false;
}

/* podman accepts {append=true} in an array; then the entries are added to earlier ones. */
static void put_dirs(const struct reader *r, char (*list)[CONF_PATH], size_t *n, char *source)
{
	if (!r->append)
		*n = 0;
	for (size_t i = 0; i < r->n_dirs && *n < CONF_DIRS; i++)
		memcpy(list[(*n)++], r->dir[i], CONF_PATH);
	r->conf->more |= *n == CONF_DIRS;
	set(source, capgate_text_of(r->file));
}

static void end_of_dirs(struct reader *r)
{
	struct engine_conf *c = r->conf;

	put_dirs(r, c->dir, &c->n_dirs, c->dir_source);
	if (!is_capgates(r->file))
		put_dirs(r, c->hosts_dir, &c->n_hosts_dirs, c->hosts_source);
	r->n_dirs = 0;
	r->append = false;
}

static void see_dirs(struct reader *r, const struct toml_event *e)
{
	const char *key = r->keys->hooks_dir;
	size_t n = strlen(key);

	if (e->kind == TOML_ELEMENT && strcmp(e->path, key) == 0 &&
	    (r->n_dirs == CONF_DIRS || e->text.len >= CONF_PATH))
		r->conf->more = true;
	else if (e->kind == TOML_ELEMENT && strcmp(e->path, key) == 0)
		set(r->dir[r->n_dirs++], e->text);
	else if (e->kind == TOML_OTHER && strncmp(e->path, key, n) == 0 &&
		 strcmp(e->path + n, S "append") == 0)
		r->append = capgate_text_is(e->text, "true");
	else if (e->kind == TOML_ARRAY && strcmp(e->path, key) == 0)
		end_of_dirs(r);
}

/* ---- Runtimes ---------------------------------------------------------------------------- */

/* The runtime of that name, without the settings of earlier files. */
static struct conf_runtime *runtime_of(struct reader *r, const char *name, size_t len)
{
	struct engine_conf *c = r->conf;
	size_t i = 0;

	while (i < c->n_runtimes &&
	       (strlen(c->v[i].name) != len || memcmp(c->v[i].name, name, len) != 0))
		i++;
	if (i == CONF_RUNTIMES || len >= sizeof(c->v[0].name)) {
		c->more = true;
		return NULL;
	}
	if (i == c->n_runtimes || !r->seen[i]) {
		c->v[i] = (struct conf_runtime){0};
		memcpy(c->v[i].name, name, len);
		set(c->v[i].file, capgate_text_of(r->file));
		c->n_runtimes += i == c->n_runtimes;
		r->seen[i] = true;
	}
	return &c->v[i];
}

/* A [table] of a runtime ends at the next header of anything else. */
static void end_table(struct reader *r, size_t at)
{
	if (r->table && r->table->n_tables < COUNT(r->table->table))
		r->table->table[r->table->n_tables++] =
			(struct capgate_text){r->text.p + r->table_from, at - r->table_from};
	else if (r->table)
		r->table->closed = true;
	r->table = NULL;
}

static void add_program(struct conf_runtime *v, struct capgate_text path)
{
	if (v->n_paths < CONF_PROGRAMS)
		set(v->path[v->n_paths++], path);
}

/* rest: the path below the runtime's name. */
static void see_crio(struct reader *r, struct conf_runtime *v, const struct toml_event *e,
		     const char *rest)
{
	if (e->kind == TOML_STRING && strcmp(rest, S "runtime_path") == 0) {
		v->n_paths = 0;
		if (e->text.len)
			add_program(v, e->text);
		v->path_at = (struct capgate_span){e->at.off - r->table_from, e->at.len};
		v->closed |= !r->table || v->n_tables > 0;
	} else if (e->kind == TOML_STRING && strcmp(rest, S "runtime_type") == 0) {
		/* conmon-rs ("pod") runs runtime_path as conmon does.  "vm" is a shim, and
		 * types of a later CRI-O may be shims, too. */
		v->foreign = e->text.len && !capgate_text_is(e->text, "oci") &&
			     !capgate_text_is(e->text, "pod");
	} else if (e->kind == TOML_OTHER && strcmp(rest, S "inherit_default_runtime") == 0) {
		v->inherits = capgate_text_is(e->text, "true");
	} else if (e->kind == TOML_STRING && strncmp(rest, S "platform_runtime_paths" S, 24) == 0) {
		v->platform = true;
	}
}

static void see_runtime(struct reader *r, const struct toml_event *e)
{
	size_t n = strlen(r->keys->runtimes);
	const char *name, *end;
	struct conf_runtime *v;

	if (strncmp(e->path, r->keys->runtimes, n) != 0 || e->path[n] != S[0])
		return;
	name = e->path + n + 1;
	end = strchr(name, S[0]);
	v = runtime_of(r, name, end ? (size_t)(end - name) : strlen(name));
	if (!v)
		return;
	if (e->kind == TOML_TABLE) {
		r->table = v;
		r->table_from = e->at.off;
	} else if (r->keys == &crio_keys) {
		v->closed |= e->table_len <= n || !r->table;
		see_crio(r, v, e, end ? end : "");
	} else if (e->kind == TOML_ELEMENT && !end) {
		if (r->n_elements++ == 0)
			v->n_paths = 0;
		add_program(v, e->text);
	} else if (e->kind == TOML_ARRAY) {
		r->n_elements = 0;
	}
}

static int see(void *user, const struct toml_event *e)
{
	struct reader *r = user;

	if (e->kind == TOML_TABLE || e->kind == TOML_END)
		end_table(r, e->at.off);
	see_dirs(r, e);
	see_runtime(r, e);
	/* Version 0.1.0 of capgate set this default; the administrator did not. */
	if (e->kind == TOML_STRING && strcmp(e->path, r->keys->runtime) == 0 &&
	    !(strcmp(r->file, WIRING_CRIO_CONF) == 0 && capgate_text_is(e->text, WIRING_NAME))) {
		set(r->conf->runtime, e->text);
		set(r->conf->runtime_source, capgate_text_of(r->file));
	} else if (e->kind == TOML_STRING && strcmp(e->path, "crio" S "root") == 0) {
		set(r->conf->graph_root, e->text);
	}
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
	*r = (struct reader){.keys = keys, .file = path, .conf = conf, .text = text};
	if (text.p && toml_parse(text, arena, see, r, &err) == 0)
		return;
	set(conf->broken, capgate_text_of(path));
	snprintf(conf->broken_why, sizeof(conf->broken_why), "%.200s",
		 text.p ? err.msg : "it cannot be read");
}

/* ---- What the engines have of themselves --------------------------------------------------- */

static void add_built_in(struct engine_conf *conf, const char *name, const char *const *paths)
{
	struct conf_runtime *v = &conf->v[conf->n_runtimes];

	if (engine_conf_runtime(conf, name))
		return;
	if (conf->n_runtimes == CONF_RUNTIMES) {
		conf->more = true;
		return;
	}
	conf->n_runtimes++;
	*v = (struct conf_runtime){0};
	snprintf(v->name, sizeof(v->name), "%s", name);
	for (; *paths; paths++)
		add_program(v, capgate_text_of(*paths));
}

#define USUAL(name) \
	"/usr/bin/" name, "/usr/sbin/" name, "/usr/local/bin/" name, "/usr/local/sbin/" name, \
		"/sbin/" name, "/bin/" name

static void add_podmans(struct engine_conf *conf)
{
	static const char *const crun[] = {USUAL("crun"), "/run/current-system/sw/bin/crun", NULL};
	static const char *const runc[] = {USUAL("runc"), "/usr/lib/cri-o-runc/sbin/runc",
					   "/run/current-system/sw/bin/runc", NULL};
	static const char *const krun[] = {"/usr/bin/krun", "/usr/local/bin/krun", NULL};
	static const char *const wasm[] = {USUAL("crun-wasm"), NULL};
	static const char *const vm[] = {"/usr/bin/crun-vm", "/usr/local/bin/crun-vm",
					 "/usr/local/sbin/crun-vm", NULL};
	static const char *const youki[] = {"/usr/local/bin/youki", "/usr/bin/youki", "/bin/youki",
					    NULL};
	static const char *const kata[] = {USUAL("kata-runtime"), "/usr/bin/kata-qemu",
					   "/usr/bin/kata-fc", NULL};
	static const char *const runsc[] = {USUAL("runsc"), "/run/current-system/sw/bin/runsc",
					    NULL};

	add_built_in(conf, "crun", crun);
	add_built_in(conf, "runc", runc);
	add_built_in(conf, "krun", krun);
	add_built_in(conf, "crun-wasm", wasm);
	add_built_in(conf, "crun-vm", vm);
	add_built_in(conf, "youki", youki);
	add_built_in(conf, "kata", kata);
	add_built_in(conf, "runsc", runsc);
}

static bool is_there(const struct conf_runtime *v)
{
	for (size_t i = 0; v && i < v->n_paths; i++)
		if (access(v->path[i], X_OK) == 0)
			return true;
	return false;
}

/* podman uses crun, or runc if only this is installed. */
const char *engine_conf_default(const struct engine_conf *conf)
{
	const struct conf_runtime *crun = engine_conf_runtime(conf, "crun");

	if (!conf->runtime[0] && crun && crun->n_paths && !is_there(crun) &&
	    is_there(engine_conf_runtime(conf, "runc")))
		return "runc";
	return conf->runtime[0] ? conf->runtime : "crun";
}

const struct conf_runtime *engine_conf_runtime(const struct engine_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->n_runtimes; i++)
		if (strcmp(conf->v[i].name, name) == 0)
			return &conf->v[i];
	return NULL;
}

void engine_conf_read(struct capgate_arena *arena, enum engine e, const char *without,
		      struct engine_conf *ret)
{
	static const char *const none[] = {NULL};
	const struct keys *keys = e == ENGINE_PODMAN ? &podman_keys : &crio_keys;
	static struct conf_files files;
	int major;

	*ret = (struct engine_conf){.n_dirs = 1, .n_hosts_dirs = 1};
	set(ret->dir[0], capgate_text_of("/usr/share/containers/oci/hooks.d"));
	set(ret->hosts_dir[0], capgate_text_of(ret->dir[0]));
	major = e == ENGINE_PODMAN ? conf_podman_major() : 0;
	ret->users_last = major == CONF_PODMAN_USERS_LAST;
	conf_files_find(e, major, &files);
	for (size_t i = 0; i < files.n; i++)
		if (!without || strcmp(strrchr(files.path[i], '/') + 1, without) != 0)
			read_one(arena, keys, files.path[i], ret);
	ret->more |= files.more;
	if (e == ENGINE_PODMAN)
		add_podmans(ret);
	else
		/* CRI-O has its default runtime built in, and looks for it in PATH. */
		add_built_in(ret, engine_conf_default(ret), none);
}

bool engine_conf_has_dir(const char (*list)[CONF_PATH], size_t n, const char *dir)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], dir) == 0)
			return true;
	return false;
}

bool engine_conf_is_last(const struct engine_conf *conf, const char *file)
{
	const char *base = strrchr(file, '/');

	if (conf->users_last && strncmp(file, CONF_USERS, sizeof(CONF_USERS) - 1) == 0)
		return true;
	return base && strstr(file, ".conf.d/") && strcmp(base + 1, WIRING_LAST_CONF) > 0;
}
