/* SPDX-License-Identifier: Apache-2.0 */
/*
 * containerd: a runtime of our own, and the default is ours.  Since 2.0
 * (version 3) imported files are merged, so a drop-in does it; before, an import
 * replaces the whole plugin's section, so config.toml itself is extended.
 */
#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"

#define BEGIN "# capgate: begin (capgate configure containerd --undo takes this out)\n"
#define END "# capgate: end\n"
#define LINE "default_runtime_name = \"" WIRING_NAME "\" # capgate\n"
#define FRESH "# Made by capgate configure containerd.\nversion = 2\n"
#define BLOCK_MAX 2048

static int parse(const char *path, struct capgate_text text, struct containerdtoml *ret,
		 struct capgate_error *err)
{
	struct capgate_arena arena;

	if (io_arena(text.len, &arena, err) < 0)
		return err->code;
	if (containerdtoml_parse(text, &arena, ret, err) < 0) {
		struct capgate_error inner = *err;

		return configure_refuse(err, "%.200s is left alone: %s", path, inner.msg);
	}
	return 0;
}

/* The runtime's tables; options are runc's own, with our program. */
static void block(const struct containerdtoml *c, bool with_default, char *buf)
{
	const char *p = c->plugin;

	snprintf(buf, BLOCK_MAX,
		 "%s%s%s%s[plugins.\"%s\".containerd.runtimes." WIRING_NAME "]\n"
		 "runtime_type = \"io.containerd.runc.v2\"\n"
		 "[plugins.\"%s\".containerd.runtimes." WIRING_NAME ".options]\n"
		 "BinaryName = \"" WIRING_WRAPPER "\"\n"
		 "SystemdCgroup = %s\n",
		 with_default ? "[plugins.\"" : "", with_default ? p : "",
		 with_default ? "\".containerd]\n" : "", with_default ? LINE : "", p, p,
		 capgate_text_is(c->systemd, "true") ? "true" : "false");
}

static int judge(const struct containerdtoml *c, struct capgate_error *err)
{
	if (!c->plugin)
		return configure_refuse(err,
					WIRING_CONTAINERD_TOML
					" is of version %d, not 2 or 3: bring it up to date with "
					"`containerd config migrate`, then say it again",
					c->version ? c->version : 1);
	if (c->odd)
		return configure_refuse(err,
					WIRING_CONTAINERD_TOML
					" holds runtimes as %s, which cannot be extended: write "
					"them with [headers], then say it again",
					c->odd);
	if (c->old_default)
		return configure_refuse(err, WIRING_CONTAINERD_TOML
					" has the old table default_runtime, which beats "
					"default_runtime_name: take it out, then say it again");
	if (c->has_fallback && !capgate_text_is(c->fallback, "runc") &&
	    !capgate_text_is(c->fallback, WIRING_NAME))
		return configure_refuse(err,
					WIRING_CONTAINERD_TOML
					" names \"%.*s\" as default_runtime_name: name that "
					"runtime's program in " WIRING_RUNTIME_JSON
					" and set runc, then say it again",
					(int)c->fallback.len, c->fallback.p);
	return 0;
}

static int wire(struct capgate_text text, struct capgate_text *ret, struct capgate_error *err)
{
	char tables[BLOCK_MAX], all[BLOCK_MAX + 256];
	struct containerdtoml c;
	struct splice v[4];
	size_t n = 0;

	if (parse(WIRING_CONTAINERD_TOML, text, &c, err) < 0 || judge(&c, err) < 0)
		return err->code;
	if (c.has_fallback && !capgate_text_is(c.fallback, WIRING_NAME))
		v[n++] = (struct splice){c.fallback_at, "\"" WIRING_NAME "\""};
	else if (!c.has_fallback && c.has_table)
		v[n++] = (struct splice){{c.table_end, 0}, LINE};
	if (c.has_ours && c.binary_at.len && !capgate_text_is(c.binary, WIRING_WRAPPER))
		v[n++] = (struct splice){c.binary_at, "\"" WIRING_WRAPPER "\""};
	if (c.has_ours && !c.binary_at.len)
		return configure_refuse(err, WIRING_CONTAINERD_TOML
					" has a runtime \"" WIRING_NAME
					"\" without BinaryName: take it out, then say it again");
	if (!c.has_ours) {
		block(&c, !c.has_fallback && !c.has_table, tables);
		snprintf(all, sizeof(all), "%s" BEGIN "%s" END,
			 text.len && text.p[text.len - 1] != '\n' ? "\n" : "", tables);
		v[n++] = (struct splice){{text.len, 0}, all};
	}
	return configure_splice(text, v, n, ret, err);
}

/* What wire() put in, taken out again. */
static int unwire(struct capgate_text text, struct capgate_text *ret, struct capgate_error *err)
{
	struct containerdtoml c;
	const char *from = memmem(text.p, text.len, BEGIN, sizeof(BEGIN) - 1), *to;

	if (from) {
		to = memmem(from, text.len - (size_t)(from - text.p), END, sizeof(END) - 1);
		if (!to)
			return configure_refuse(err, WIRING_CONTAINERD_TOML
						": the line \""
						"# capgate: end\" is gone; edit it by hand");
		if (configure_splice(text,
				     &(struct splice){{(size_t)(from - text.p),
						       (size_t)(to - from) + sizeof(END) - 1},
						      ""},
				     1, &text, err) < 0)
			return err->code;
	}
	from = memmem(text.p, text.len, LINE, sizeof(LINE) - 1);
	if (from && configure_splice(
			    text, &(struct splice){{(size_t)(from - text.p), sizeof(LINE) - 1}, ""},
			    1, &text, err) < 0)
		return err->code;
	if (parse(WIRING_CONTAINERD_TOML, text, &c, err) < 0)
		return err->code;
	if (c.has_fallback && capgate_text_is(c.fallback, WIRING_NAME) &&
	    configure_splice(text, &(struct splice){c.fallback_at, "\"runc\""}, 1, &text, err) < 0)
		return err->code;
	*ret = text;
	return 0;
}

static int undo(struct plan *plan, const char *path, struct capgate_text old,
		struct capgate_error *err)
{
	struct capgate_text text, backup, rewired;
	struct containerdtoml c;
	char name[PATH_MAX];
	bool missing;

	if (plan_remove(plan, WIRING_CONTAINERD_DROPIN, err) < 0)
		return err->code;
	snprintf(name, sizeof(name), "%.4000s" WIRING_BACKUP, path);
	if (unwire(old, &text, err) < 0 || place_read(name, &backup, &missing, err) < 0)
		return err->code;
	if (!missing && parse(name, backup, &c, err) == 0 && !c.has_ours &&
	    wire(backup, &rewired, err) == 0 && capgate_text_equal(rewired, old))
		text = backup;
	if (!capgate_text_equal(old, text) || plan_changes(plan, WIRING_CONTAINERD_DROPIN))
		plan_note(plan, "containerd: restart it: systemctl restart containerd");
	if (capgate_text_is(text, FRESH))
		return plan_remove(plan, path, err);
	return configure_unedit(plan, path, text, err);
}

/* A drop-in: the main file is not touched. */
static int drop_in(struct plan *plan, const struct containerdtoml *c, struct capgate_error *err)
{
	char tables[BLOCK_MAX];
	struct capgate_text text;

	block(c, true, tables);
	if (configure_splice(
		    capgate_text_of("# Made by capgate configure containerd.\nversion = 3\n"),
		    &(struct splice){
			    {sizeof("# Made by capgate configure containerd.\nversion = 3\n") - 1,
			     0},
			    tables},
		    1, &text, err) < 0)
		return err->code;
	return plan_write(plan, WIRING_CONTAINERD_DROPIN, 0644, text, err);
}

/* Before version 3 an imported file that speaks of the plugin takes the place of
 * all that config.toml says of it. */
static int judge_imports(const struct containerdtoml *c, struct capgate_error *err)
{
	glob_t imports;
	int status = 0;

	containerd_imports(c, &imports);
	for (size_t i = 0; c->version == 2 && status == 0 && i < imports.gl_pathc; i++) {
		struct containerdtoml imported = {0};
		struct capgate_text text;
		bool missing;

		status = place_read(imports.gl_pathv[i], &text, &missing, err);
		if (status == 0 && !missing)
			status = parse(imports.gl_pathv[i], text, &imported, err);
		if (status == 0 && !missing && imported.has_plugin)
			status = configure_refuse(
				err,
				WIRING_CONTAINERD_TOML
				" imports %.200s, which takes the place of the runtimes that are "
				"written here: move its tables into config.toml, then say it again",
				imports.gl_pathv[i]);
	}
	globfree(&imports);
	return status;
}

static int wire_file(struct plan *plan, const char *path, struct capgate_text old, bool missing,
		     struct capgate_error *err)
{
	struct capgate_text text, base = missing ? capgate_text_of(FRESH) : old;
	struct containerdtoml c;

	if (parse(WIRING_CONTAINERD_TOML, base, &c, err) < 0)
		return err->code;
	if (c.cri_disabled) {
		plan_note(plan, "containerd: its CRI plugin is switched off, so that nothing is to "
				"be done: Docker's containers are judged through daemon.json");
		return 0;
	}
	if (judge(&c, err) < 0 || judge_imports(&c, err) < 0)
		return err->code;
	if (c.version == 3 && c.imports_conf_d && !c.has_ours) {
		if (drop_in(plan, &c, err) < 0)
			return err->code;
	} else if (wire(base, &text, err) < 0 ||
		   configure_edit(plan, path, old,
				  c.has_ours && capgate_text_is(c.binary, WIRING_WRAPPER), text,
				  err) < 0) {
		return err->code;
	}
	if (plan_changes(plan, path) || plan_changes(plan, WIRING_CONTAINERD_DROPIN))
		plan_note(plan, "containerd: restart it: systemctl restart containerd; pods made "
				"before keep their runtime until they are made again");
	return 0;
}

int configure_containerd(struct plan *plan, bool undoing, struct capgate_error *err)
{
	struct capgate_text old;
	char real[PATH_MAX];
	const char *path = configure_real(WIRING_CONTAINERD_TOML, real);
	bool missing;

	if (place_read(path, &old, &missing, err) < 0)
		return err->code;
	if (undoing)
		return missing ? plan_remove(plan, WIRING_CONTAINERD_DROPIN, err)
			       : undo(plan, path, old, err);
	return wire_file(plan, path, old, missing, err);
}
