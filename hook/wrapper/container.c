/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "files.h"

/* ---- Where ---------------------------------------------------------------------------- */

/* The runtime's own default, which depends on the environment that it will get. */
static void default_root(enum runtime_dialect dialect, char *buf, size_t size)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR"), *user = getenv("USER");
	bool use_xdg = xdg && *xdg;

	/* runc as root uses XDG_RUNTIME_DIR only within a user namespace, and only if USER
	 * is not root. */
	if (dialect == DIALECT_RUNC && geteuid() == 0)
		use_xdg = use_xdg && !(user && strcmp(user, "root") == 0) && !userns_is_initial();
	if (dialect == DIALECT_RUNC)
		snprintf(buf, size, "%s/runc", use_xdg ? xdg : "/run");
	else
		snprintf(buf, size, "%s/crun", use_xdg ? xdg : "/run");
}

void runtime_root(const struct runtime_call *call, char *buf, size_t size)
{
	if (call->value[MEANS_ROOT])
		snprintf(buf, size, "%s", call->value[MEANS_ROOT]);
	else
		default_root(call->dialect, buf, size);
}

static bool is_name(const char *id)
{
	return *id && strcmp(id, ".") != 0 && strcmp(id, "..") != 0 && !strchr(id, '/') &&
	       strlen(id) <= NAME_MAX;
}

static int open_container(const struct runtime_call *call, struct runtime_container *c,
			  struct capgate_error *err)
{
	const char *id = call->n_operands ? call->operands[0] : "";
	char path[PATH_MAX];
	int fd;

	if (!is_name(id))
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_COMMAND_LINE,
				    CAPGATE_NOWHERE, "exec: the container's name is missing");
	runtime_root(call, c->root, sizeof(c->root));
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", c->root, id) >= sizeof(path))
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				    "the path in --root is too long");
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? io_fail(err, "the container is not known in this --root:", path) : fd;
}

/* Reads config.json of a directory, and finds out whether another user can have changed it. */
static int read_config(int dir, size_t limit, struct runtime_container *c,
		       struct capgate_error *err)
{
	int fd = io_open_regular(dir, "config.json", err), status;

	if (fd < 0)
		return fd;
	c->config_is_ours = runtime_is_ours(dir) && runtime_is_ours(fd);
	status = io_read_all(fd, limit, &c->config, err);
	close(fd);
	return status;
}

/* ---- runc ------------------------------------------------------------------------------ */

/* caps gets the capabilities in the state; NULL: they are not needed. */
static int read_state(int dir, const char *name, struct runtime_container *c,
		      struct capgate_out *caps, struct capgate_error *err)
{
	struct runtimestate state;
	struct capgate_arena arena;
	struct capgate_text text;

	if (io_read_in(dir, name, RUNTIMESTATE_MAX, &text, err) < 0 ||
	    io_arena(text.len, &arena, err) < 0)
		return err->code;
	if (caps) {
		caps->size = 6 * text.len;
		caps->p = io_block(caps->size + 1);
		if (!caps->p)
			return capgate_fail_memory(err);
	}
	if (runtimestate_parse(text, &arena, caps, &state, err) < 0)
		return err->code;
	c->two_bundles = state.two_bundles;
	c->pid = state.pid;
	if (state.bundle.len && state.bundle.len < sizeof(c->bundle)) {
		memcpy(c->bundle, state.bundle.p, state.bundle.len);
		c->bundle[state.bundle.len] = '\0';
	}
	return 0;
}

static int find_runc(int dir, size_t limit, struct runtime_container *c, struct capgate_error *err)
{
	struct capgate_out caps = {0};
	struct capgate_error ignored;
	int bundle;

	if (read_state(dir, "state.json", c, &caps, err) < 0)
		return err->code;
	/* A state without capabilities does not mean an empty set: some versions give all. */
	c->inherited =
		caps.len ? capgate_out_text(&caps) : capgate_text_of("null");
	/* Only an exec without a process object needs it, and reports that it is missing. */
	bundle = c->bundle[0] ? open(c->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	if (bundle >= 0 && read_config(bundle, limit, c, &ignored) < 0)
		c->config = (struct capgate_text){0};
	if (bundle >= 0)
		close(bundle);
	return 0;
}

/* ---- crun ------------------------------------------------------------------------------ */

/* Twice the kernel's limit, which is struct sock_filter[BPF_MAXINSNS]. */
#define FILTER_MAX ((size_t)64 << 10)

/* crun's exec loads this file; if it is missing, exec uses no filter. */
static int read_filter(int dir, struct capgate_text *ret, struct capgate_error *err)
{
	static const char name[] = "seccomp.bpf";

	if (faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
		return 0;
	return io_read_in(dir, name, FILTER_MAX, ret, err);
}

static int find_crun(int dir, size_t limit, struct runtime_container *c, struct capgate_error *err)
{
	struct capgate_error ignored;

	if (read_state(dir, "status", c, NULL, &ignored) < 0)
		c->bundle[0] = '\0';
	if (read_filter(dir, &c->filter, err) < 0)
		return err->code;
	return read_config(dir, limit, c, err);
}

/* ---- Both ------------------------------------------------------------------------------ */

int runtime_container_find(const struct runtime_call *call, size_t limit,
			   struct runtime_container *ret, struct capgate_error *err)
{
	int dir, status;

	ret->bundle[0] = '\0';
	ret->two_bundles = ret->there = ret->config_is_ours = false;
	ret->pid = 0;
	ret->config = ret->inherited = ret->filter = (struct capgate_text){0};
	dir = open_container(call, ret, err);
	if (dir < 0)
		return dir;
	ret->there = true;
	status = call->dialect == DIALECT_CRUN ? find_crun(dir, limit, ret, err)
					       : find_runc(dir, limit, ret, err);
	close(dir);
	return status;
}
