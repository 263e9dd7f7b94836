/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"

/* A state.json is larger than its configuration, but not by much. */
#define STATE_MAX ((size_t)8 << 20)

/* ---- Where ---------------------------------------------------------------------------- */

/* As the runtime itself decides, by the environment that it will have too. */
static void default_root(enum runtime_dialect dialect, char *buf, size_t size)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR"), *user = getenv("USER");
	bool use_xdg = xdg && *xdg;

	/* runc, as root, only within a user namespace, unless it is told that this
	 * is root's own session; engines tell it nothing. */
	if (dialect == DIALECT_RUNC && geteuid() == 0)
		use_xdg = use_xdg && !(user && strcmp(user, "root") == 0) && !userns_is_initial();
	if (dialect == DIALECT_RUNC)
		snprintf(buf, size, "%s/runc", use_xdg ? xdg : "/run");
	else
		snprintf(buf, size, "%s/crun", use_xdg ? xdg : "/run");
}

static bool is_name(const char *id)
{
	return *id && strcmp(id, ".") != 0 && strcmp(id, "..") != 0 && !strchr(id, '/') &&
	       strlen(id) <= NAME_MAX;
}

static int open_container(const struct runtime_call *call, struct runtime_container *c,
			  struct capgate_error *err)
{
	const char *root = call->value[MEANS_ROOT], *id = call->n_operands ? call->operands[0] : "";
	char path[PATH_MAX];
	int fd;

	if (!is_name(id))
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_COMMAND_LINE,
				    CAPGATE_NOWHERE, "exec names no container");
	if (root)
		snprintf(c->root, sizeof(c->root), "%s", root);
	else
		default_root(call->dialect, c->root, sizeof(c->root));
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", c->root, id) >= sizeof(path))
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				    "--root is too long a path");
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? io_fail(err, "the container is not known here:", path) : fd;
}

static int read_in(int dir, const char *name, size_t limit, struct capgate_text *ret,
		   struct capgate_error *err)
{
	int fd = io_open_regular(dir, name, err), status;

	if (fd < 0)
		return fd;
	status = io_read_all(fd, limit, ret, err);
	close(fd);
	return status;
}

/* ---- runc ------------------------------------------------------------------------------ */

enum { FIELD_NONE, FIELD_LABEL, FIELD_CAPABILITIES, FIELD_SET, FIELD_CAP, FIELD_BUNDLE };

#define SET SHAPE(.field = FIELD_SET, .each = VALUE(FIELD_CAP))

static const struct capgate_shape sets = {
	.field = FIELD_CAPABILITIES,
	.members = MEMBERS({"Bounding", SET}, {"Effective", SET}, {"Inheritable", SET},
			   {"Permitted", SET}, {"Ambient", SET}),
};

static const struct capgate_shape runc_state = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS(
		{"config", SHAPE(.types = CAPGATE_T_OBJECT,
				 .members = MEMBERS({"labels", SHAPE(.each = VALUE(FIELD_LABEL))},
						    {"capabilities", &sets}))}),
};

static const struct capgate_shape crun_status = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"bundle", STRING(FIELD_BUNDLE)}),
};

struct reader {
	struct runtime_container *container;
	struct capgate_out caps; /* {"bounding":[...],...} */
};

static void keep_bundle(struct runtime_container *c, struct capgate_text path)
{
	if (path.len == 0 || path.len >= sizeof(c->bundle) || path.p[0] != '/' ||
	    memchr(path.p, 0, path.len))
		return;
	memcpy(c->bundle, path.p, path.len);
	c->bundle[path.len] = '\0';
}

/* "bundle=/path": the runtime's own stands last.  Annotations are labels, too, and
 * stand before it: "annotations": {"bundle": "/elsewhere"}. */
static void read_label(struct runtime_container *c, struct capgate_text label)
{
	static const char key[] = "bundle=";
	size_t n = sizeof(key) - 1;

	if (label.len < n || memcmp(label.p, key, n) != 0)
		return;
	c->two_bundles = c->two_bundles || c->bundle_known;
	c->bundle_known = true;
	c->bundle[0] = '\0';
	keep_bundle(c, (struct capgate_text){label.p + n, label.len - n});
}

/* The sets' own names, as the specification spells them. */
static void open_set(struct reader *r, struct capgate_text key)
{
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		const char *name = capgate_which_name((enum capgate_which)s);

		if (strlen(name) == key.len && strncmp(name + 1, key.p + 1, key.len - 1) == 0)
			capgate_out_format(&r->caps, "%s\"%s\":[", r->caps.len > 1 ? "," : "",
					   name);
	}
}

static int visit(void *user, const struct capgate_walk *walk, int field,
		 const struct capgate_json_event *event)
{
	struct reader *r = user;
	bool end = event->kind == CAPGATE_JSON_END;

	switch (field) {
	case FIELD_BUNDLE:
		keep_bundle(r->container, event->text);
		break;
	case FIELD_LABEL:
		if (event->kind == CAPGATE_JSON_STRING)
			read_label(r->container, event->text);
		break;
	case FIELD_CAPABILITIES:
		if (event->kind == CAPGATE_JSON_OBJECT || end)
			capgate_out_string(&r->caps, end ? "}" : "{");
		break;
	case FIELD_SET:
		/* null: Go's way to write an empty list */
		if (event->kind == CAPGATE_JSON_ARRAY)
			open_set(r, walk->frame[walk->depth].key);
		else if (end)
			capgate_out_string(&r->caps, "]");
		break;
	case FIELD_CAP:
		if (walk->frame[walk->depth].index > 0)
			capgate_out_string(&r->caps, ",");
		capgate_out_json(&r->caps, event->text);
		break;
	}
	return 0;
}

static int walk_file(int dir, const char *name, const struct capgate_shape *shape, struct reader *r,
		     struct capgate_error *err)
{
	struct capgate_arena arena;
	struct capgate_text text;

	if (read_in(dir, name, STATE_MAX, &text, err) < 0 || io_arena(text.len, &arena, err) < 0)
		return err->code;
	/* Escapes make a name at most six times as long. */
	r->caps.size = 6 * text.len;
	r->caps.p = io_block(r->caps.size + 1);
	if (!r->caps.p)
		return capgate_fail_memory(err);
	return capgate_walk(text, (struct capgate_json_options){0}, shape, &arena, visit, r, err);
}

static int find_runc(int dir, size_t limit, struct runtime_container *c, struct capgate_error *err)
{
	struct reader r = {.container = c};
	struct capgate_error ignored;
	int bundle;

	if (walk_file(dir, "state.json", &runc_state, &r, err) < 0)
		return err->code;
	/* None at all is not none: some versions take that for all. */
	c->inherited =
		r.caps.len ? (struct capgate_text){r.caps.p, r.caps.len} : capgate_text_of("null");
	/* Only an inline exec needs it; that one says what it misses. */
	bundle = c->bundle[0] ? open(c->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	if (bundle >= 0 && read_in(bundle, "config.json", limit, &c->config, &ignored) < 0)
		c->config = (struct capgate_text){0};
	if (bundle >= 0)
		close(bundle);
	return 0;
}

static int find_crun(int dir, size_t limit, struct runtime_container *c, struct capgate_error *err)
{
	struct reader r = {.container = c};
	struct capgate_error ignored;

	/* For exemptions only. */
	if (walk_file(dir, "status", &crun_status, &r, &ignored) < 0)
		c->bundle[0] = '\0';
	return read_in(dir, "config.json", limit, &c->config, err);
}

int runtime_container_find(const struct runtime_call *call, size_t limit,
			   struct runtime_container *ret, struct capgate_error *err)
{
	int dir, status;

	ret->bundle[0] = '\0';
	ret->bundle_known = ret->two_bundles = false;
	ret->config = ret->inherited = (struct capgate_text){0};
	dir = open_container(call, ret, err);
	if (dir < 0)
		return dir;
	status = call->dialect == DIALECT_CRUN ? find_crun(dir, limit, ret, err)
					       : find_runc(dir, limit, ret, err);
	close(dir);
	return status;
}
