/* SPDX-License-Identifier: Apache-2.0 */
/*
 * podman: besides the hooks, each runtime that podman starts as a command gets the wrapper,
 * which also sees exec.  For each runtime, podman uses the paths of the last file that has
 * some, so that one drop-in is enough.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "wraps.h"

#define HEAD                                                                                       \
	"# Made by capgate configure podman: capgate in place of each runtime, which it then\n"    \
	"# executes (/etc/capgate/runtime.json), but not with --hooks-only; and directories of\n"  \
	"# hooks that other files name, if there are any.\n"

/* Runtimes with a kernel of their own, or with another command line than runc's. */
static bool is_foreign(const char *name)
{
	return strncmp(name, "kata", 4) == 0 || strcmp(name, "runsc") == 0 ||
	       strcmp(name, "ocijail") == 0;
}

static bool is_wanted(const struct engine_conf *conf, const struct conf_runtime *v)
{
	if (is_foreign(v->name) || v->n_paths == 0)
		return false;
	if (v->file[0] || strcmp(v->name, engine_conf_default(conf)) == 0)
		return true;
	for (size_t i = 0; i < v->n_paths; i++)
		if (access(v->path[i], X_OK) == 0)
			return true;
	return false;
}

static int add_runtime(struct wraps *wraps, const char *name, const struct programs *programs,
		       char *tables, size_t size, struct capgate_error *err)
{
	size_t n = strlen(tables);
	char program[WRAPS_PATH];

	if (wraps_is_ours(capgate_text_of(programs->path[0]), program)) {
		if (wraps_keep(wraps, program, err) < 0)
			return err->code;
	} else if (wraps_take(wraps, "podman", name, programs, program, err) < 0) {
		return err->code;
	}
	n += (size_t)snprintf(tables + n, size - n, "%s = [\"%s\"]\n", name, program);
	return n < size ? 0 : configure_refuse(err, "more runtimes than podman's drop-in can hold");
}

/* If the default is a path, replaces it by a name, which the drop-in maps to a program. */
static int name_default(struct wraps *wraps, const struct engine_conf *conf, char *head,
			size_t head_size, char *tables, size_t size, struct capgate_error *err)
{
	struct programs programs;
	const char *base = strrchr(conf->runtime, '/');

	head[0] = '\0';
	if (!base)
		return 0;
	snprintf(head, head_size, "runtime = \"%.60s\"\n", base + 1);
	programs_of(&programs, capgate_text_of(conf->runtime), NULL, "");
	return add_runtime(wraps, base + 1, &programs, tables, size, err);
}

static bool is_default_path(const struct engine_conf *conf, const char *name)
{
	const char *base = strrchr(conf->runtime, '/');

	return base && strcmp(base + 1, name) == 0;
}

static int add_runtimes(struct wraps *wraps, const struct engine_conf *conf, char *tables,
			size_t size, struct capgate_error *err)
{
	for (size_t i = 0; i < conf->n_runtimes; i++) {
		const struct conf_runtime *v = &conf->v[i];
		struct programs programs = {.n = 0};

		if (!is_wanted(conf, v) || is_default_path(conf, v->name))
			continue;
		for (size_t j = 0; j < v->n_paths; j++)
			snprintf(programs.path[programs.n++], WRAPS_PATH, "%s", v->path[j]);
		if (add_runtime(wraps, v->name, &programs, tables, size, err) < 0)
			return err->code;
	}
	return 0;
}

int configure_podman(struct plan *plan, struct wraps *wraps, bool hooks_only, bool undoing,
		     struct capgate_error *err)
{
	static struct engine_conf conf;
	static char tables[8192], line[CONF_DIRS * 3 * CONF_PATH];
	struct capgate_out dirs = {line, sizeof(line) - 1, 0};
	char head[128] = "", *text;

	if (undoing)
		return plan_remove(plan, WIRING_CONTAINERS_RUNTIMES, err);
	tables[0] = '\0';
	if (configure_read_conf(ENGINE_PODMAN, WIRING_LAST_CONF,
				"runtimes or directories of hooks of containers.conf", &conf,
				err) < 0 ||
	    configure_hooks_dir(ENGINE_PODMAN, &conf, &dirs, err) < 0)
		return err->code;
	if (!hooks_only &&
	    (configure_judge_order(&conf, WIRING_CONTAINERS_RUNTIMES, err) < 0 ||
	     name_default(wraps, &conf, head, sizeof(head), tables, sizeof(tables), err) < 0 ||
	     add_runtimes(wraps, &conf, tables, sizeof(tables), err) < 0))
		return err->code;
	if (hooks_only && dirs.len == 0)
		return plan_remove(plan, WIRING_CONTAINERS_RUNTIMES, err);
	text = configure_words(HEAD "%s%s%.*s%s%s", head[0] || dirs.len ? "[engine]\n" : "", head,
			       (int)dirs.len, line, hooks_only ? "" : "[engine.runtimes]\n",
			       tables);
	if (!text)
		return capgate_fail_memory(err);
	return plan_write(plan, WIRING_CONTAINERS_RUNTIMES, 0644, capgate_text_of(text), err);
}
