/* SPDX-License-Identifier: Apache-2.0 */
#include "containerdtoml.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/base.h"
#include "toml.h"
#include "wiring.h"

#define S TOML_SEP

/* The plugin that holds the runtimes changed its name with version 3. */
static const char *plugin_of(int version)
{
	return version == 2   ? "io.containerd.grpc.v1.cri"
	       : version == 3 ? "io.containerd.cri.v1.runtime"
			      : NULL;
}

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
	    (capgate_text_is(e->text, "cri") ||
	     capgate_text_is(e->text, "io.containerd.grpc.v1.cri") ||
	     capgate_text_is(e->text, "io.containerd.cri.v1.runtime")))
		c->cri_disabled = true;
	if (strcmp(e->path, "imports") != 0)
		return;
	c->imports_conf_d |= capgate_text_is(e->text, WIRING_CONTAINERD_DROPIN_DIR "/*.toml");
	if (c->n_imports < CONTAINERD_IMPORTS)
		c->imports[c->n_imports] = e->text;
	c->n_imports++;
}

/* rest: the path below [plugins.X.containerd]. */
static void see_runtime(struct containerdtoml *c, const struct toml_event *e, const char *rest)
{
	static const char ours[] = "runtimes" S WIRING_NAME;

	if (e->kind == TOML_INLINE && strcmp(rest, "") != 0 && strncmp(rest, "runtimes", 8) == 0)
		c->odd = "inline tables";
	if (e->kind == TOML_TABLE && strcmp(rest, "") == 0) {
		c->twice |= c->has_table;
		c->has_table = true;
		c->table_end = e->at.off + e->at.len;
	}
	if (e->kind == TOML_STRING && strcmp(rest, "default_runtime_name") == 0) {
		c->twice |= c->has_fallback;
		c->has_fallback = true;
		c->fallback = e->text;
		c->fallback_at = e->at;
	}
	if (strncmp(rest, ours, sizeof(ours) - 1) == 0 &&
	    (rest[sizeof(ours) - 1] == '\0' || rest[sizeof(ours) - 1] == S[0]))
		c->has_ours = true;
	if (e->kind == TOML_STRING &&
	    strcmp(rest, "runtimes" S WIRING_NAME S "options" S "BinaryName") == 0) {
		c->twice |= c->binary_at.len != 0;
		c->binary = e->text;
		c->binary_at = e->at;
	}
	if (e->kind == TOML_STRING && strcmp(rest, "default_runtime" S "runtime_type") == 0 &&
	    e->text.len)
		c->old_default = true;
	if (e->kind == TOML_OTHER &&
	    strcmp(rest, "runtimes" S "runc" S "options" S "SystemdCgroup") == 0)
		c->systemd = e->text;
}

static bool is_below(const char *path, const char *prefix, size_t n)
{
	return strncmp(path, prefix, n) == 0 && (path[n] == '\0' || path[n] == S[0]);
}

static int see(void *user, const struct toml_event *e)
{
	struct containerdtoml *c = user;
	char prefix[128];
	size_t n;

	if (e->kind == TOML_ELEMENT)
		see_top(c, e);
	if (!c->plugin)
		return 0;
	snprintf(prefix, sizeof(prefix), "plugins" S "%s", c->plugin);
	n = strlen(prefix);
	c->has_plugin |= is_below(e->path, prefix, n);
	/* The whole plugin as one inline table cannot be extended. */
	if (e->kind == TOML_INLINE &&
	    (strcmp(e->path, "plugins") == 0 || strcmp(e->path, prefix) == 0))
		c->odd = "inline tables";
	snprintf(prefix + n, sizeof(prefix) - n, S "containerd");
	n = strlen(prefix);
	if (!is_below(e->path, prefix, n))
		return 0;
	if (e->kind == TOML_INLINE && e->path[n] == '\0')
		c->odd = "inline tables";
	/* A table that dotted keys made may have no header of its own (TOML 1.0). */
	else if (e->table_len < n && !c->odd)
		c->odd = "dotted keys";
	see_runtime(c, e, e->path[n] ? e->path + n + 1 : "");
	return 0;
}

int containerdtoml_parse(struct capgate_text text, struct capgate_arena *arena,
			 struct containerdtoml *ret, struct capgate_error *err)
{
	struct containerdtoml c = {0};

	if (toml_parse(text, arena, see_version, &c, err) < 0)
		return err->code;
	c.plugin = plugin_of(c.version);
	if (toml_parse(text, arena, see, &c, err) < 0)
		return err->code;
	if (c.twice)
		return capgate_fail(err, CAPGATE_ESYNTAX, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "it says the same thing twice: version, the table of the "
				    "runtimes, default_runtime_name or BinaryName");
	if (c.n_imports > CONTAINERD_IMPORTS)
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "more than %d imports", CONTAINERD_IMPORTS);
	*ret = c;
	return 0;
}
