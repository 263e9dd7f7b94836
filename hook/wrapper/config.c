/* SPDX-License-Identifier: Apache-2.0 */
/*
 * {"version": 1, "runtimes": {"capgate-runtime": ["/usr/bin/runc", "/usr/sbin/runc"],
 *			       "capgate-crun": "/usr/bin/crun"}}
 */
#include "settings.h"
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"

#define FILE_MAX ((size_t)64 << 10)

struct candidates {
	const char *name;
	struct capgate_text path[RUNTIMEJSON_PATHS];
	size_t n;
	bool named;
};

/* ---- Without a file -------------------------------------------------------------- */

#define RUNC "/usr/bin/runc", "/usr/sbin/runc", "/usr/local/bin/runc", "/usr/local/sbin/runc"
#define CRUN "/usr/bin/crun", "/usr/sbin/crun", "/usr/local/bin/crun", "/usr/local/sbin/crun"

static const struct {
	const char *name, *path[RUNTIMEJSON_PATHS];
} built_in[] = {
	{RUNTIME_NAME, {RUNC, CRUN}},
	{"capgate-runc", {RUNC}},
	{"capgate-crun", {CRUN}},
	{"runc", {RUNC}},
	{"crun", {CRUN}},
};

static bool find_built_in(struct candidates *c)
{
	for (size_t i = 0; i < COUNT(built_in); i++) {
		if (strcmp(built_in[i].name, c->name) != 0)
			continue;
		for (c->n = 0; c->n < RUNTIMEJSON_PATHS && built_in[i].path[c->n]; c->n++)
			c->path[c->n] = capgate_text_of(built_in[i].path[c->n]);
		c->named = true;
	}
	return c->named;
}

/* ---- The file --------------------------------------------------------------------- */

static int fail_name(struct capgate_error *err, const char *name, const char *what)
{
	char shown[300];

	return capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_RUNTIME, CAPGATE_NOWHERE,
			    "\"%s\": %s",
			    capgate_shown(capgate_text_of(name), 60, shown, sizeof(shown)), what);
}

/* Reports line and column, for an editor. */
static int fail_file(struct capgate_text text, struct capgate_error *err)
{
	struct capgate_error inner = *err;
	size_t line, column;

	if (inner.code == CAPGATE_ENOMEM)
		return inner.code;
	capgate_locate(text, inner.pos == CAPGATE_NOWHERE ? 0 : inner.pos, &line, &column);
	return capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_RUNTIME, CAPGATE_NOWHERE,
			    RUNTIME_CONFIG ":%zu:%zu: %.80s%s%.160s", line, column, inner.path,
			    inner.path[0] ? ": " : "", inner.msg);
}

static int read_file(int fd, struct candidates *c, struct capgate_error *err)
{
	static struct runtimejson json;
	const struct runtimejson_entry *entry;
	struct capgate_arena arena;
	struct capgate_text text;

	if (io_read_all(fd, FILE_MAX, &text, err) < 0 || io_arena(text.len, &arena, err) < 0)
		return err->code;
	if (runtimejson_parse(text, &arena, &json, err) < 0)
		return fail_file(text, err);
	if (!json.has_version)
		return fail_name(err, RUNTIME_CONFIG, "\"version\": 1 is missing");
	entry = runtimejson_find(&json, c->name);
	if (!entry)
		return 0;
	/* The paths point into text and arena, which are not freed. */
	memcpy(c->path, entry->path, sizeof(c->path));
	c->n = entry->n;
	c->named = true;
	return 0;
}

/* Finds the paths of c->name.  c->named is set if runtime.json has this name. */
static int find_candidates(struct candidates *c, struct capgate_error *err)
{
	bool missing;
	int fd = trusted_open(RUNTIME_CONFIG, &missing, err), status;

	if (fd < 0 && missing) {
		find_built_in(c);
		return 0;
	}
	if (fd < 0) {
		err->rule = CAPGATE_RULE_RUNTIME; /* the file is runtime.json, not a policy */
		return fd;
	}
	status = read_file(fd, c, err);
	close(fd);
	/* The usual names need no entry. */
	if (status == 0 && !c->named)
		find_built_in(c);
	return status;
}

bool runtime_config_is_wrapper(const char *name)
{
	struct candidates c = {.name = name};
	struct capgate_error err;

	/* A file that cannot be used is reported later, by name. */
	if (strcmp(name, "capgate") == 0 || strcmp(name, "capgate-hook") == 0)
		return false;
	if (find_built_in(&c))
		return true;
	return find_candidates(&c, &err) == 0 && c.named;
}

/* ---- The program -------------------------------------------------------------------- */

static bool usable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0 &&
	       !self_is(path);
}

/* NVIDIA's container toolkit; also with .cdi or .legacy. */
#define NVIDIA "nvidia-container-runtime"

/* Recognizes the runtime by the name of the file itself, because engines may call a link. */
static void recognize(struct runtime_program *p)
{
	char real[PATH_MAX];
	const char *base = strrchr(realpath(p->path, real) ? real : p->path, '/');
	bool crun;

	base = base ? base + 1 : p->path;
	crun = strncmp(base, "crun", 4) == 0 || strncmp(base, "krun", 4) == 0;
	p->dialect = crun ? DIALECT_CRUN : DIALECT_RUNC;
	p->stock = crun || strncmp(base, "runc", 4) == 0;
	p->sets_all = p->stock || strncmp(base, NVIDIA, sizeof(NVIDIA) - 1) == 0;
}

int runtime_config_find(const char *name, struct runtime_program *ret, struct capgate_error *err)
{
	struct candidates c = {.name = name};
	int status = find_candidates(&c, err);

	if (status < 0)
		return status;
	if (!c.named)
		return fail_name(err, name, RUNTIME_CONFIG " has no such runtime");
	for (size_t i = 0; i < c.n; i++) {
		memcpy(ret->path, c.path[i].p, c.path[i].len);
		ret->path[c.path[i].len] = '\0';
		if (!usable(ret->path))
			continue;
		recognize(ret);
		return 0;
	}
	return fail_name(err, name,
			 "no program of this name, other than capgate itself, can be executed");
}
