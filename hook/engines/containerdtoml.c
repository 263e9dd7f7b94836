/* SPDX-License-Identifier: Apache-2.0 */
#include "containerdtoml.h"

#include <string.h>

#include "lib/base/base.h"
#include "toml.h"

#define S TOML_SEP

struct reader {
	struct capgate_text text;
	struct containerdtoml *c;
};

static int see_version(void *user, const struct toml_event *e)
{
	struct containerdtoml *c = user;

	if (e->kind != TOML_OTHER || strcmp(e->path, "version") != 0)
		return 0;
	c->twice |= c->version != 0;
	c->version = e->text.len == 1 && e->text.p[0] >= '1' && e->text.p[0] <= '9'
			     ? e->text.p[0] - '0'
			     : 99;
	return 0;
}

static void see_top(struct containerdtoml *c, const struct toml_event *e)
{
	if (strcmp(e->path, "disabled_plugins") == 0 &&
	    (capgate_text_is(e->text, "cri") || capgate_text_is(e->text, CONTAINERD_PLUGIN_2) ||
	     capgate_text_is(e->text, CONTAINERD_PLUGIN_3)))
		c->cri_disabled = true;
	if (strcmp(e->path, "imports") != 0)
		return;
	if (c->n_imports < CONTAINERD_IMPORTS)
		c->imports[c->n_imports] = e->text;
	c->n_imports++;
}

/* ---- One handler ---------------------------------------------------------------------- */

static struct containerd_handler *handler_of(struct containerdtoml *c, const char *name, size_t len,
					     bool old)
{
	struct containerd_handler *h;

	for (size_t i = 0; i < c->n_handlers; i++)
		if (strlen(c->handler[i].name) == len && memcmp(c->handler[i].name, name, len) == 0)
			return &c->handler[i];
	if (c->n_handlers == CONTAINERD_HANDLERS || len >= CONTAINERD_NAME) {
		c->too_many = true;
		return NULL;
	}
	h = &c->handler[c->n_handlers++];
	memcpy(h->name, name, len);
	h->name[len] = '\0';
	h->old = old;
	return h;
}

/* The text of the line before the last of a value's dotted keys, without leading white space.
 * Length 0 if the key is quoted. */
static struct capgate_span before_last_key(struct capgate_text text, size_t value)
{
	size_t at = value, line;

	while (at > 0 && text.p[at - 1] != '=')
		at--;
	at -= at > 0;
	while (at > 0 && (text.p[at - 1] == ' ' || text.p[at - 1] == '\t'))
		at--;
	while (at > 0 && (text.p[at - 1] == '_' || (text.p[at - 1] | 32) - 'a' + 0u < 26u))
		at--;
	if (at == 0 || text.p[at - 1] != '.')
		return (struct capgate_span){0};
	for (line = at; line > 0 && text.p[line - 1] != '\n';)
		line--;
	while (text.p[line] == ' ' || text.p[line] == '\t')
		line++;
	return (struct capgate_span){line, at - line};
}

/* The program of containerd's shim for runc, where packages install it. */
static bool is_runcs_program(struct capgate_text path)
{
	static const char *const dirs[] = {"/usr/bin", "/usr/sbin", "/usr/local/bin",
					   "/usr/local/sbin"};
	static const char *const names[] = {"/containerd-shim-runc-v1", "/containerd-shim-runc-v2"};

	for (size_t i = 0; i < COUNT(dirs) * COUNT(names); i++) {
		const char *dir = dirs[i / COUNT(names)], *name = names[i % COUNT(names)];
		size_t n = strlen(dir);

		if (path.len > n && memcmp(path.p, dir, n) == 0 &&
		    capgate_text_is((struct capgate_text){path.p + n, path.len - n}, name))
			return true;
	}
	return false;
}

/* rest: the path below the handler.  below_header: it follows a [table] header of the handler
 * itself. */
static void see_key(const struct reader *r, struct containerd_handler *h,
		    const struct toml_event *e, const char *rest, bool below_header)
{
	struct containerdtoml *c = r->c;

	if (e->kind == TOML_STRING && strcmp(rest, "runtime_type") == 0) {
		h->has_type = true;
		h->type = e->text;
		if (!below_header)
			h->sibling = before_last_key(r->text, e->at.off);
	} else if (strcmp(rest, "runtime_path") == 0) {
		h->path = is_runcs_program(e->text) ? (struct capgate_text){0} : e->text;
	} else if (e->kind == TOML_STRING && strcmp(rest, "options" S "BinaryName") == 0) {
		c->twice |= h->binary_at.len != 0;
		h->binary = e->text;
		h->binary_at = e->at;
	}
}

static void see_options(const struct reader *r, struct containerd_handler *h,
			const struct toml_event *e, const char *rest, size_t above)
{
	if (strncmp(rest, "options", 7) != 0 || (rest[7] != '\0' && rest[7] != S[0]))
		return;
	if (e->kind == TOML_TABLE && rest[7] == '\0') {
		r->c->twice |= h->options_end != 0;
		h->options_line = e->at;
		h->options_end = e->at.off + e->at.len;
	} else if (e->kind == TOML_INLINE && rest[7] == '\0') {
		h->options_inline = e->at;
	} else if (rest[7] == S[0] && !strchr(rest + 8, S[0]) && e->table_len < above + 7 &&
		   h->dotted.len == 0) {
		h->dotted = before_last_key(r->text, e->at.off);
	}
}

/* rest: the path below [plugins.X.containerd].  above: the length of the path before rest. */
static void see_handler(const struct reader *r, const struct toml_event *e, const char *rest,
			size_t above)
{
	static const char *const old[] = {"default_runtime", "untrusted_workload_runtime"};
	struct containerd_handler *h;
	const char *name = rest, *end;
	bool is_old = false;

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(old[i]);

		is_old |= strncmp(rest, old[i], n) == 0 && (rest[n] == '\0' || rest[n] == S[0]);
	}
	if (!is_old && (strncmp(rest, "runtimes", 8) != 0 || rest[8] != S[0])) {
		r->c->closed |= e->kind == TOML_INLINE && strcmp(rest, "runtimes") == 0;
		return;
	}
	name += is_old ? 0 : 9;
	end = strchr(name, S[0]);
	h = handler_of(r->c, name, end ? (size_t)(end - name) : strlen(name), is_old);
	if (!h)
		return;
	if (!end) {
		h->has_header |= e->kind == TOML_TABLE;
		if (e->kind == TOML_INLINE)
			h->inline_at = e->at;
		return;
	}
	above += (size_t)(end + 1 - rest);
	see_key(r, h, e, end + 1, e->table_len + 1 >= above);
	see_options(r, h, e, end + 1, above);
}

/* ---- The plugin ----------------------------------------------------------------------- */

/* The length of "plugins.X.containerd" if the path begins with it, else 0.  *plugin: the path
 * is in this plugin's table. */
static size_t plugin_prefix(const char *path, const char *name, bool *plugin)
{
	static const char containerd[] = S "containerd";
	size_t n = strlen(name), at = sizeof("plugins" S) - 1;

	*plugin = strncmp(path, "plugins" S, at) == 0 && strncmp(path + at, name, n) == 0 &&
		  (path[at + n] == '\0' || path[at + n] == S[0]);
	if (!*plugin || strncmp(path + at + n, containerd, sizeof(containerd) - 1) != 0)
		return 0;
	at += n + sizeof(containerd) - 1;
	return path[at] == '\0' || path[at] == S[0] ? at : 0;
}

static void see_plugin(const struct reader *r, const struct toml_event *e, const char *name)
{
	struct containerdtoml *c = r->c;
	bool plugin;
	size_t n = plugin_prefix(e->path, name, &plugin);

	if (plugin) {
		c->has_plugin = true;
		c->plugin = name;
		c->closed |=
			e->kind == TOML_INLINE && !strchr(e->path + sizeof("plugins" S) - 1, S[0]);
	}
	if (n == 0)
		return;
	c->closed |= e->kind == TOML_INLINE && e->path[n] == '\0';
	if (e->path[n] == '\0')
		return;
	if (e->kind == TOML_STRING && strcmp(e->path + n + 1, "default_runtime_name") == 0) {
		c->twice |= c->has_fallback;
		c->has_fallback = true;
		c->fallback = e->text;
		c->fallback_at = e->at;
	}
	see_handler(r, e, e->path + n + 1, n + 1);
}

static int see(void *user, const struct toml_event *e)
{
	const struct reader *r = user;

	if (e->kind == TOML_ELEMENT)
		see_top(r->c, e);
	r->c->closed |= e->kind == TOML_INLINE && strcmp(e->path, "plugins") == 0;
	if (r->c->version <= 2)
		see_plugin(r, e, CONTAINERD_PLUGIN_2);
	if (r->c->version == 0 || r->c->version > 2)
		see_plugin(r, e, CONTAINERD_PLUGIN_3);
	return 0;
}

int containerdtoml_parse(struct capgate_text text, struct capgate_arena *arena,
			 struct containerdtoml *ret, struct capgate_error *err)
{
	struct reader r = {text, ret};

	*ret = (struct containerdtoml){0};
	if (toml_parse(text, arena, see_version, ret, err) < 0 ||
	    toml_parse(text, arena, see, &r, err) < 0)
		return err->code;
	if (ret->twice)
		return capgate_fail(err, CAPGATE_ESYNTAX, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "it has one of these twice: version, default_runtime_name, a "
				    "table of options or BinaryName");
	if (ret->n_imports > CONTAINERD_IMPORTS || ret->too_many)
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "more than %d imports or %d handlers, or a handler's name of "
				    "more than %d characters",
				    CONTAINERD_IMPORTS, CONTAINERD_HANDLERS, CONTAINERD_NAME - 1);
	return 0;
}

const struct containerd_handler *containerdtoml_find(const struct containerdtoml *c,
						     const char *name)
{
	for (size_t i = 0; i < c->n_handlers; i++)
		if (strcmp(c->handler[i].name, name) == 0)
			return &c->handler[i];
	return NULL;
}

/* microk8s replaces ${RUNTIME_TYPE}, by default with that of runc. */
bool containerdtoml_is_runc(struct capgate_text type)
{
	return capgate_text_is(type, "io.containerd.runc.v2") ||
	       capgate_text_is(type, "io.containerd.runc.v1") ||
	       capgate_text_is(type, "${RUNTIME_TYPE}");
}

bool containerdtoml_is_runcs_shim(struct capgate_text type)
{
	static const char *const ends[] = {".runc.v1", ".runc.v2"};
	size_t n = strlen(ends[0]);

	if (containerdtoml_is_runc(type))
		return false;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (capgate_text_is(type, ends[i] + 1) ||
		    (type.len > n && memcmp(type.p + type.len - n, ends[i], n) == 0 &&
		     !memchr(type.p, '/', type.len)))
			return true;
	return is_runcs_program(type);
}
