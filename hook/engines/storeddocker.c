/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the two files that Docker keeps for a container, and builds its specification. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "store.h"
#include "stored.h"

/* Returns 0 if there is no such file, a positive number if it was read. */
static int read_in(const char *dir, const char *name, struct capgate_text *ret,
		   struct capgate_error *err)
{
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), status = 0;
	struct stat st;

	if (at < 0)
		return place_is_elsewhere(errno) ? 0 : io_fail(err, "cannot open", dir);
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		status = io_read_in(at, name, STORE_MAX, ret, err) < 0 ? err->code : 1;
	else if (!place_is_elsewhere(errno))
		status = io_fail(err, "cannot read", name);
	close(at);
	return status;
}

void stored_files_release(struct stored_files *f)
{
	io_free(f->config);
	io_free(f->host);
}

int stored_files_read(const char *dir, struct stored_files *f, struct capgate_error *err)
{
	int status = read_in(dir, "config.v2.json", &f->config, err);

	if (status > 0)
		status = read_in(dir, "hostconfig.json", &f->host, err);
	if (status == 0 && f->config.p)
		status = capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				      "config.v2.json exists without hostconfig.json");
	return status;
}

/* ---- The document that docker inspect prints, as far as it counts ------------------ */

enum { FIELD_NONE, FIELD_CONFIG, FIELD_NO_NEW_PRIVS };

static const struct capgate_shape config_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"Config", SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_CONFIG)},
			   {"NoNewPrivileges",
			    SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_NO_NEW_PRIVS)}),
};

struct parts {
	struct capgate_span config;
	bool no_new_privs;
};

static int see_config(void *user, const struct capgate_walk *walk, int field,
		 const struct capgate_json_event *event)
{
	struct parts *p = user;

	(void)walk;
	if (field == FIELD_NO_NEW_PRIVS)
		p->no_new_privs = event->truth;
	else if (event->kind == CAPGATE_JSON_END)
		p->config = event->at;
	return 0;
}

static void write_document(const struct stored_files *f, const struct parts *p,
			   struct capgate_out *out)
{
	capgate_out_string(out, "{\"Id\":\"\",\"Config\":");
	capgate_out_bytes(out, f->config.p + p->config.off, p->config.len);
	capgate_out_string(out, ",\"HostConfig\":");
	capgate_out_bytes(out, f->host.p, f->host.len);
	/* Docker records this when daemon.json asks for it, but docker inspect omits it. */
	capgate_out_string(out, p->no_new_privs ? ",\"NoNewPrivileges\":true}" : "}");
}

/* The specification of the document's only container. */
static int resolve(struct capgate_text document, struct capgate_text *ret,
		   struct capgate_error *err)
{
	struct capgate_arena arena;
	struct capgate_inspected *v;
	size_t n;
	int status = io_arena(document.len, &arena, err);

	if (status < 0)
		return status;
	status = capgate_inspect_parse(document, &arena, &v, &n, err);
	if (status == 0 && (n != 1 || v[0].rule))
		status = capgate_fail(err, CAPGATE_EINVALID,
				      n == 1 ? v[0].rule : CAPGATE_RULE_OTHER_DOCUMENT,
				      CAPGATE_NOWHERE, "%s",
				      n == 1 ? v[0].why : "it is not one container");
	if (status == 0) {
		char *p = malloc(v[0].config.len);

		if (p)
			memcpy(p, v[0].config.p, v[0].config.len);
		*ret = (struct capgate_text){p, v[0].config.len};
		status = p ? 0 : capgate_fail_memory(err);
	}
	io_arena_release(&arena);
	return status;
}

static int read_parts(struct capgate_text config, struct parts *ret, struct capgate_error *err)
{
	struct capgate_arena arena = {0};
	int status = io_arena(config.len, &arena, err);

	if (status == 0)
		status = capgate_walk_text(config, (struct capgate_json_options){0}, &config_shape,
					   &arena, see_config, ret, err);
	io_arena_release(&arena);
	if (status == 0 && !ret->config.len)
		status = capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, 0,
				      "config.v2.json has no member Config");
	return status;
}

int stored_read_docker(const char *dir, size_t limit, struct capgate_text *ret,
		       struct capgate_error *err)
{
	struct stored_files f = {0};
	struct parts parts = {0};
	struct capgate_out measure = {0}, out = {0};
	int status = stored_files_read(dir, &f, err);

	if (status == 0)
		status = capgate_fail(
			err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
			"its config.v2.json has disappeared: the container was removed just now");
	if (status > 0 && f.config.len + f.host.len > limit)
		status = capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				      "Docker's files about it are larger than %zu bytes", limit);
	if (status > 0)
		status = read_parts(f.config, &parts, err);
	if (status == 0) {
		write_document(&f, &parts, &measure);
		out = (struct capgate_out){malloc(measure.len), measure.len, 0};
		status = out.p ? 0 : capgate_fail_memory(err);
	}
	if (status == 0) {
		write_document(&f, &parts, &out);
		status = resolve(capgate_out_text(&out), ret, err);
	}
	free(out.p);
	stored_files_release(&f);
	return status;
}
