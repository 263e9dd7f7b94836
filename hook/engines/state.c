/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one container: its runtime's state, and its specification. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "containers.h"
#include "runtimestate.h"
#include "stored.h"

/* A rootless dockerd runs below rootlesskit --copy-up=/run, which mounts the machine's /run at
 * /run/.roNUMBER and makes links to it.  Runtimes then record the bundle below that name.
 * Returns the length of the name with its slash, or 0 if the path does not begin with it. */
static size_t copied_up(struct capgate_text path)
{
	static const char begin[] = "/run/.ro";
	size_t n = sizeof(begin) - 1;

	if (path.len <= n || memcmp(path.p, begin, n) != 0)
		return 0;
	while (n < path.len && path.p[n] >= '0' && path.p[n] <= '9')
		n++;
	return n > sizeof(begin) - 1 && n < path.len && path.p[n] == '/' ? n - strlen("/run") : 0;
}

static int put_bundle(struct container *c, struct capgate_text bundle, struct capgate_error *err)
{
	const size_t n = copied_up(bundle), at = strlen("/run") + n;
	char *path;

	if (!n) {
		container_put(&c->bundle, bundle);
		return 0;
	}
	if (asprintf(&path, "/run%.*s", (int)(bundle.len - at), bundle.p + at) < 0)
		return capgate_fail_memory(err);
	free(c->bundle);
	c->bundle = path;
	return 0;
}

static int parse_state(struct capgate_text text, struct container *c, struct capgate_error *err)
{
	struct runtimestate state;
	struct capgate_arena arena;
	int status = io_arena(text.len, &arena, err);

	if (status < 0)
		return status;
	status = runtimestate_parse(text, &arena, NULL, &state, err);
	if (status == 0) {
		c->pid = state.pid;
		c->started = state.started;
		c->two_bundles = state.two_bundles;
		if (state.id.len)
			container_put(&c->id, state.id);
		status = put_bundle(c, state.bundle, err);
	}
	io_arena_release(&arena);
	return status;
}

/* ---- One directory ---------------------------------------------------------------- */

/* 0 if it does not exist; positive if it was read. */
static int read_file(const char *dir, const char *name, struct capgate_text *ret,
		     struct capgate_error *err)
{
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), status;
	struct stat st;

	if (at < 0 && place_is_elsewhere(errno))
		return 0;
	if (at < 0)
		return io_fail(err, "cannot open", dir);
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT) {
		close(at);
		return 0;
	}
	status = io_read_in(at, name, RUNTIMESTATE_MAX, ret, err);
	close(at);
	return status < 0 ? status : 1;
}

/* A task directory of containerd is the bundle itself and holds init.pid. */
static int read_task(const char *dir, struct container *c, struct capgate_error *err)
{
	struct capgate_text text;
	char number[16] = "";
	int status = read_file(dir, "init.pid", &text, err);

	if (status <= 0)
		return status;
	memcpy(number, text.p, text.len < sizeof(number) - 1 ? text.len : sizeof(number) - 1);
	io_free(text);
	c->pid = strtol(number, NULL, 10);
	container_put(&c->bundle, capgate_text_of(dir));
	return 1;
}

int container_read_state(const char *dir, struct container *c, struct capgate_error *err)
{
	struct capgate_text text;
	int status = container_begin(c, dir, capgate_text_of(capgate_last_part(dir)), err);

	if (status < 0)
		return status;
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
	/* crun records no id; it is the directory's name. */
	return status < 0 ? status : 1;
}

/* ---- Its specification ------------------------------------------------------------ */

/* Remembers which file was read. */
static int note_file(struct container *c, const char *dir, const char *name,
		     struct capgate_error *err)
{
	char *path;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return capgate_fail_memory(err);
	free(c->config);
	c->config = path;
	return 1;
}

/* Returns 0 if the specification is in none of the places, a positive number if it was read. */
static int read_config_of(const char *root, struct container *c, struct capgate_text *ret,
			  struct capgate_error *err)
{
	char *below = NULL;
	const char *places[3] = {c->dir, NULL, c->bundle};
	int status = 0;

	/* On a file system that is mounted elsewhere, the bundle is there, too. */
	if (root[0] && c->bundle[0] && asprintf(&below, "%s%s", root, c->bundle) >= 0)
		places[1] = below;
	for (size_t i = 0; i < 3 && status == 0; i++) {
		if (!places[i] || !places[i][0])
			continue;
		status = read_file(places[i], "config.json", ret, err);
		if (status > 0 && note_file(c, places[i], "config.json", err) < 0) {
			io_free(*ret);
			status = err->code;
		}
	}
	free(below);
	return status;
}

int container_read_config(const char *root, struct container *c, size_t limit,
			  struct capgate_text *ret, struct capgate_error *err)
{
	int status;

	if (c->stored && !c->bundle[0])
		return note_file(c, c->dir, "hostconfig.json", err) < 0
			       ? err->code
			       : stored_read_docker(c->dir, limit, ret, err);
	status = read_config_of(root, c, ret, err);
	if (status == 0 && c->stored)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NOT_TOLD, CAPGATE_NOWHERE,
				    "it was never started, and podman writes its config.json only "
				    "at the start; podman inspect prints its capabilities");
	if (status == 0)
		return capgate_fail(
			err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
			"neither the runtime's directory nor the bundle has its config.json");
	if (status > 0 && ret->len > limit) {
		io_free(*ret);
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				    "the specification is larger than %zu bytes", limit);
	}
	return status < 0 ? status : 0;
}
