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
	"# executes (/etc/capgate/runtime.json).  --hooks-only does not write this file.\n"

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
	snprintf(head, head_size, "[engine]\nruntime = \"%.60s\"\n", base + 1);
	programs_of(&programs, capgate_text_of(conf->runtime), NULL, "");
	return add_runtime(wraps, base + 1, &programs, tables, size, err);
}

static bool is_default_path(const struct engine_conf *conf, const char *name)
{
	const char *base = strrchr(conf->runtime, '/');

	return base && strcmp(base + 1, name) == 0;
}

int configure_podman(struct plan *plan, struct wraps *wraps, bool hooks_only, bool undoing,
		     struct capgate_error *err)
{
	static struct engine_conf conf;
	static char tables[8192];
	char head[128], *text;

	if (undoing || hooks_only)
		return plan_remove(plan, WIRING_CONTAINERS_RUNTIMES, err);
	tables[0] = '\0';
	if (configure_read_conf(ENGINE_PODMAN, WIRING_LAST_CONF,
				"runtimes of containers.conf", &conf, err) < 0 ||
	    configure_judge_order(&conf, WIRING_CONTAINERS_RUNTIMES, err) < 0 ||
	    name_default(wraps, &conf, head, sizeof(head), tables, sizeof(tables), err) < 0)
		return err->code;
	for (size_t i = 0; i < conf.n_runtimes; i++) {
		struct programs programs = {.n = 0};

		if (!is_wanted(&conf, &conf.v[i]) || is_default_path(&conf, conf.v[i].name))
			continue;
		for (size_t j = 0; j < conf.v[i].n_paths; j++)
			snprintf(programs.path[programs.n++], WRAPS_PATH, "%s", conf.v[i].path[j]);
		if (add_runtime(wraps, conf.v[i].name, &programs, tables, sizeof(tables), err) < 0)
			return err->code;
	}
	text = configure_words(HEAD "%s[engine.runtimes]\n%s", head, tables);
	if (!text)
		return capgate_fail_memory(err);
	return plan_write(plan, WIRING_CONTAINERS_RUNTIMES, 0644, capgate_text_of(text), err);
}
