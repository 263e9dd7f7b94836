/* SPDX-License-Identifier: Apache-2.0 */
/* hooks.d, for the engines that read it: podman and CRI-O. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

static bool is_masked(const struct hook_list *l, size_t i)
{
	return l->v[i].masked_by != i;
}

/* Do other engines read this directory, too?  They do not know podman's own stages. */
static bool is_shared(const char *path)
{
	return strncmp(path, "/usr/share/containers/oci/hooks.d/", 34) == 0 ||
	       strncmp(path, "/etc/containers/oci/hooks.d/", 28) == 0;
}

/* The word on the hook's command line, as a stage. */
static unsigned called_stage(const struct hook_file *h)
{
	static const char *const names[] = {"precreate", "prestart", "createRuntime",
					    "createContainer", "poststart"};

	for (size_t i = 0; h->n_args > 1 && i < COUNT(names); i++)
		if (strcmp(h->args[1], names[i]) == 0)
			return 1u << i;
	return 0;
}

/* Old engines call createRuntime prestart. */
static bool stage_fits(const struct hook_file *h)
{
	unsigned called = called_stage(h), both = STAGE_PRESTART | STAGE_CREATERUNTIME;

	return called == h->stages || (called & both && h->stages & both && !(h->stages & ~both));
}

static void judge_program(struct doctor *d, enum engine e, const struct hook_file *h)
{
	struct stat st;

	if (stat(h->program, &st) < 0)
		doctor_say(d, LEVEL_BAD, e, "hook-path",
			   "%.200s: %.100s does not exist: the engine silently skips this "
			   "hook\tcapgate configure %s",
			   h->path, h->program, wiring_engine_name(e));
	else if (!S_ISREG(st.st_mode) || access(h->program, X_OK) < 0)
		doctor_say(
			d, LEVEL_BAD, e, "hook-path",
			"%.200s: %.100s cannot be executed: no container starts\tchmod 755 %.100s",
			h->path, h->program, h->program);
	else
		doctor_canary_hook(d, e, h);
}

static void judge_ours(struct doctor *d, enum engine e, const struct hook_file *h)
{
	if (h->old && !h->always)
		doctor_say(d, LEVEL_BAD, e, "hook-when",
			   "%.200s: in a file of version 0.1.0 a hook runs only for the commands, "
			   "annotations and bind mounts that it names, not always\twrite it in "
			   "version 1.0.0, as capgate configure %s does",
			   h->path, wiring_engine_name(e));
	else if (!h->always || h->other_conditions)
		doctor_say(
			d, LEVEL_BAD, e, "hook-when",
			"%.200s: the hook does not always run%s\twrite only \"when\": {\"always\": "
			"true}",
			h->path,
			h->other_conditions
				? ": the container's author can choose its annotations and command"
				: "");
	if (!stage_fits(h))
		doctor_say(d, LEVEL_BAD, e, "hook-stage",
			   "%.200s: registered for another stage than its arguments say\tcapgate "
			   "configure %s",
			   h->path, wiring_engine_name(e));
	if (h->has_env)
		doctor_say(d, LEVEL_WARN, e, "hook-env",
			   "%.200s: sets an environment, which capgate ignores\tremove \"env\"",
			   h->path);
	judge_program(d, e, h);
}

/* Can the engine read this hook, and does no other file mask it? */
static void judge_file(struct doctor *d, enum engine e, const struct hook_list *l, size_t i)
{
	const struct hook_file *h = &l->v[i];

	/* A hook that is masked for this engine may be active for others. */
	if (h->stages & STAGE_PRECREATE && (is_shared(h->path) || e == ENGINE_CRIO))
		doctor_say(d, LEVEL_BAD, e, "hook-directory",
			   "%.200s: only podman knows the stage precreate; here it breaks podman "
			   "build and CRI-O\tmove it to " WIRING_PODMAN_HOOKS,
			   h->path);
	if (is_masked(l, i)) {
		if (h->ours && !l->v[h->masked_by].ours)
			doctor_say(d, LEVEL_BAD, e, "hook-masked",
				   "%.180s is masked by %.180s, of the same name\trename or remove "
				   "the latter",
				   h->path, l->v[h->masked_by].path);
		return;
	}
	if (h->why[0])
		doctor_say(d, LEVEL_BAD, e, "hook-valid",
			   "%.200s: %.150s: no container starts\tfix or remove it", h->path,
			   h->why);
	else if (h->ours)
		judge_ours(d, e, h);
}

/* precreate hooks run in the order of their names, ignoring case.  A later one can add what
 * ours removed. */
static void judge_order(struct doctor *d, enum engine e, const struct hook_list *l)
{
	const struct hook_file *ours = NULL;

	for (size_t i = 0; i < l->n; i++)
		if (!is_masked(l, i) && l->v[i].ours && l->v[i].stages & STAGE_PRECREATE)
			ours = &l->v[i];
	for (size_t i = 0; ours && i < l->n; i++)
		if (!is_masked(l, i) && !l->v[i].ours && l->v[i].stages & STAGE_PRECREATE &&
		    strcasecmp(l->v[i].name, ours->name) > 0)
			doctor_say(d, LEVEL_BAD, e, "hook-order",
				   "%.200s runs after capgate's precreate and can put "
				   "capabilities back\tgive it a name that sorts before %.60s",
				   l->v[i].path, ours->name);
}

/* Reports our files in directories that the engine does not read. */
static void judge_unread(struct doctor *d, enum engine e, const struct engine_conf *conf,
			 const struct hook_list *l)
{
	bool overridden = conf->dir_source[0] && engine_conf_is_last(conf, conf->dir_source);
	const struct wiring_file *f;

	for (size_t i = 0; (f = wiring_file_at(i)); i++) {
		size_t n = strlen(f->path), found = 0;

		if (!(f->engines & ENGINE_BIT(e)) || strcmp(f->path + n - 5, ".json") != 0 ||
		    !place_exists(f->path))
			continue;
		for (size_t j = 0; j < l->n; j++)
			found += strcmp(l->v[j].path, f->path) == 0;
		if (!found)
			doctor_say(d, LEVEL_BAD, e, "hook-unread",
				   "%.200s is in a directory that %s does not read (see hooks_dir "
				   "in %.120s)\t%s%.120s%scapgate configure %s",
				   f->path, wiring_engine_name(e),
				   conf->dir_source[0] ? conf->dir_source : "the engine itself",
				   overridden ? "remove hooks_dir from " : "",
				   overridden ? conf->dir_source : "", overridden ? ", then: " : "",
				   wiring_engine_name(e));
	}
}

/* Reports directories of the host's that capgate's own list leaves out. */
static void judge_dropped(struct doctor *d, enum engine e, const struct engine_conf *conf)
{
	for (size_t i = 0; conf->hosts_source[0] && i < conf->n_hosts_dirs; i++)
		if (place_exists(conf->hosts_dir[i]) &&
		    !engine_conf_has_dir(conf->dir, conf->n_dirs, conf->hosts_dir[i]))
			doctor_say(d, LEVEL_WARN, e, "hook-dropped",
				   "the hooks in %.150s do not run: %.120s names that directory, "
				   "and hooks_dir of %.120s replaces its list\tcapgate configure "
				   "%s",
				   conf->hosts_dir[i], conf->hosts_source, conf->dir_source,
				   wiring_engine_name(e));
}

static unsigned stages_of_ours(const struct hook_list *l)
{
	unsigned stages = 0;

	for (size_t i = 0; i < l->n; i++)
		if (!is_masked(l, i) && l->v[i].ours && !l->v[i].why[0])
			stages |= l->v[i].stages;
	return stages;
}

/* podman's default runtime is not wrapped; configure cannot wrap what is read after our file. */
static void say_exec(struct doctor *d, const struct engine_conf *conf)
{
	const struct conf_runtime *v = engine_conf_runtime(conf, engine_conf_default(conf));
	const char *file = v && v->file[0] ? v->file : conf->runtime_source;
	bool users = strncmp(file, CONF_USERS, sizeof(CONF_USERS) - 1) == 0;

	if (!engine_conf_is_last(conf, file))
		doctor_say(
			d, LEVEL_WARN, ENGINE_PODMAN, "exec",
			"podman exec --privileged is not judged: hooks do not see it, and podman's "
			"runtime is not wrapped\tcapgate configure podman (without --hooks-only)");
	else
		doctor_say(d, LEVEL_WARN, ENGINE_PODMAN, "exec",
			   "podman exec --privileged is not judged: hooks do not see it, and "
			   "podman's runtime \"%.60s\" (%.120s) runs unwrapped\t%s, then: capgate "
			   "configure podman",
			   engine_conf_default(conf), file,
			   users ? "move that setting into a file of "
				   "/etc/containers/containers.conf.d"
				 : "give that file a name that sorts before " WIRING_LAST_CONF);
}

static void judge_stages(struct doctor *d, enum engine e, const struct engine_conf *conf,
			 const struct hook_list *l)
{
	unsigned stages = stages_of_ours(l);
	bool wrapped = doctor_runtimes_default(conf);
	const char *name = wiring_engine_name(e);

	if (!(stages & (STAGE_CREATERUNTIME | STAGE_PRESTART)))
		doctor_say(d, wrapped ? LEVEL_WARN : LEVEL_BAD, e, "hook-missing",
			   "no createRuntime hook of capgate is registered%s\tcapgate configure %s",
			   wrapped ? "; only the wrapper judges" : ": containers start unjudged",
			   name);
	if (e == ENGINE_PODMAN && !(stages & STAGE_PRECREATE))
		doctor_say(d, LEVEL_WARN, e, "hook-rewriter",
			   "no precreate hook of capgate is registered: containers that could be "
			   "rewritten are refused\tcapgate configure podman");
	if (!(stages & STAGE_POSTSTART))
		doctor_say(d, LEVEL_WARN, e, "hook-kernel",
			   "no poststart hook of capgate is registered: the capabilities that the "
			   "kernel granted are not compared with the policy\tcapgate configure %s",
			   name);
	if (e == ENGINE_PODMAN && !wrapped)
		say_exec(d, conf);
}

/* The first version that reads the drop-in directory. */
static void judge_conf(struct doctor *d, enum engine e, const struct engine_conf *conf)
{
	if (conf->broken[0])
		doctor_say(d, LEVEL_BAD, e, "conf-valid",
			   "%.200s cannot be understood: %.150s\tfix it", conf->broken,
			   conf->broken_why);
	if (conf->more)
		doctor_say(d, LEVEL_BAD, e, "conf-valid",
			   "there are more files, runtimes or directories of hooks than can be "
			   "read\tremove those that are not needed");
}

void doctor_hooks(struct doctor *d)
{
	static const enum engine engines[] = {ENGINE_PODMAN, ENGINE_CRIO};
	static struct engine_conf conf;
	static struct hook_list list;

	for (size_t i = 0; i < 2; i++) {
		enum engine e = engines[i];

		if (!doctor_looks_at(d, e))
			continue;
		engine_conf_read(&d->arena, e, NULL, &conf);
		judge_conf(d, e, &conf);
		doctor_runtimes(d, e, &conf);
		hook_list_read(&d->arena, &conf, &list);
		if (list.more)
			doctor_say(d, LEVEL_BAD, e, "hook-too-many",
				   "more than %d hook files: not all could be read\tremove those "
				   "that are not needed",
				   HOOK_FILES);
		for (size_t j = 0; j < list.n; j++)
			judge_file(d, e, &list, j);
		judge_order(d, e, &list);
		judge_unread(d, e, &conf, &list);
		judge_dropped(d, e, &conf);
		judge_stages(d, e, &conf, &list);
	}
}
