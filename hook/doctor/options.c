/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options on a daemon's command line that override or extend the files that configure writes:
 * other runtimes, hooks, files and directories.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "daemons.h"

/* ---- Docker -------------------------------------------------------------------------- */

static bool read_daemon_json(struct doctor *d, struct daemonjson *ret)
{
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, WIRING_DOCKER_JSON, &missing);

	*ret = (struct daemonjson){.n = 0};
	return text.p && daemonjson_parse(text, &d->arena, ret, &err) == 0;
}

/* --add-runtime NAME=PATH.  A runtime of that name in daemon.json overrides it. */
static void look_at_added(struct doctor *d, const struct daemonjson *j,
			  const struct daemon_words *w, const char *value)
{
	const char *path = strchr(value, '=');
	char name[64];

	snprintf(name, sizeof(name), "%.*s", path ? (int)(path - value) : 60, value);
	if (daemonjson_find(j, capgate_text_of(name)))
		return;
	if (path && wiring_is_wrapper(capgate_text_of(path + 1)))
		doctor_wrapped(d, ENGINE_DOCKER, "the runtime", name, capgate_text_of(path + 1));
	else
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-handler",
			   "the runtime \"%.60s\" is an option of %.100s, --add-runtime %.80s, and "
			   "capgate does not judge it\twrite it into \"runtimes\" "
			   "of " WIRING_DOCKER_JSON
			   ", remove the option, then: capgate configure "
			   "docker",
			   name, w->from, value);
}

/* --default-runtime.  dockerd does not start if the file has a default, too. */
static void look_at_default(struct doctor *d, const struct daemonjson *j,
			    const struct daemon_words *w, const char *value)
{
	const struct docker_runtime *r = daemonjson_find(j, capgate_text_of(value));

	if (r && wiring_is_wrapper(r->has_type ? r->binary : r->path) && !j->has_fallback)
		return;
	doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-default",
		   "%.100s has the option --default-runtime %.60s%s\tremove that option, then: "
		   "capgate configure docker",
		   w->from, value,
		   j->has_fallback ? ", and dockerd does not start with a default in both places"
				   : ", which capgate does not judge");
}

/* Hooks and the wrapper read Docker's data-root only from daemon.json.  With another one they
 * do not know a container's image. */
static void look_at_data_root(struct doctor *d, const struct daemonjson *j,
			      const struct daemon_words *w)
{
	const char *option = "--data-root", *root = daemon_words_last(w, option);

	if (!root)
		root = daemon_words_last(w, option = "--graph");
	if (!root || strcmp(root, "/var/lib/docker") == 0 || capgate_text_is(j->data_root, root))
		return;
	doctor_say(d, LEVEL_WARN, ENGINE_DOCKER, "data-root",
		   "%.100s keeps its containers in %.120s, by an option: their images are not "
		   "known, and exemptions by image have no effect\twrite \"data-root\" "
		   "into " WIRING_DOCKER_JSON " in place of %s",
		   w->from, root, option);
}

/* The image is known only for bundles in a directory that only root can write. */
static void look_at_state(struct doctor *d, enum engine e, const struct daemon_words *w,
			  const char *option)
{
	const char *dir = daemon_words_last(w, option);

	if (!dir || strncmp(dir, "/run/", 5) == 0 || strncmp(dir, "/var/run/", 9) == 0)
		return;
	doctor_say(d, LEVEL_WARN, (int)e, "data-root",
		   "%.100s keeps its bundles in %.120s, not below /run: the images of its "
		   "containers are not known, and exemptions by image have no effect\tremove %s, "
		   "or name a directory below /run",
		   w->from, dir, option);
}

static void look_at_docker(struct doctor *d, const struct daemon_words *w)
{
	static struct daemonjson j;
	const char *value;

	read_daemon_json(d, &j);
	for (size_t at = 0; (value = daemon_words_next(w, "--add-runtime", &at));)
		look_at_added(d, &j, w, value);
	value = daemon_words_last(w, "--default-runtime");
	if (value)
		look_at_default(d, &j, w, value);
	look_at_data_root(d, &j, w);
	look_at_state(d, ENGINE_DOCKER, w, "--exec-root");
}

/* ---- The others ------------------------------------------------------------------------ */

static const struct {
	enum engine engine;
	const char *option, *file;
} overriding[] = {
	{ENGINE_CRIO, "--default-runtime", "/etc/crio/crio.conf.d"},
	{ENGINE_CRIO, "--runtimes", "/etc/crio/crio.conf.d"},
	{ENGINE_CRIO, "--hooks-dir", "/etc/crio/crio.conf.d"},
	{ENGINE_CRIO, "--config-dir", "/etc/crio/crio.conf.d"},
	{ENGINE_CRIO, "-d", "/etc/crio/crio.conf.d"},
	{ENGINE_PODMAN, "--runtime", "/etc/containers/containers.conf.d"},
	{ENGINE_PODMAN, "--hooks-dir", "/etc/containers/containers.conf.d"},
	{ENGINE_PODMAN, "--module", "/etc/containers/containers.conf.d"},
};

static void look_at_overriding(struct doctor *d, enum engine e, const struct daemon_words *w)
{
	for (size_t i = 0; i < COUNT(overriding); i++) {
		const char *option = overriding[i].option, *value;

		if (overriding[i].engine != e)
			continue;
		value = daemon_words_last(w, option);
		if (value && !wiring_is_wrapper(capgate_text_of(value)) &&
		    strcmp(value, overriding[i].file) != 0)
			doctor_say(d, LEVEL_BAD, (int)e, "engine-option",
				   "%.100s has the option %s %.80s, which overrides the files that "
				   "capgate writes\tremove that option, write its value into %s, "
				   "then: capgate configure %s",
				   w->from, option, value, overriding[i].file,
				   wiring_engine_name(e));
	}
}

void doctor_words(struct doctor *d, enum engine e, const struct daemon_words *w)
{
	if (e == ENGINE_DOCKER)
		look_at_docker(d, w);
	else if (e == ENGINE_CONTAINERD)
		look_at_state(d, e, w, "--state");
	else
		look_at_overriding(d, e, w);
}

/* ---- The environment --------------------------------------------------------------------- */

static const struct {
	enum engine engine;
	const char *name;
} variables[] = {
	{ENGINE_PODMAN, "CONTAINERS_CONF"},         {ENGINE_PODMAN, "CONTAINERS_CONF_OVERRIDE"},
	{ENGINE_CRIO, "CONTAINER_CONFIG"},          {ENGINE_CRIO, "CONTAINER_CONFIG_DIR"},
	{ENGINE_CRIO, "CONTAINER_DEFAULT_RUNTIME"}, {ENGINE_CRIO, "CONTAINER_RUNTIMES"},
	{ENGINE_CRIO, "CONTAINER_HOOKS_DIR"},
};

static void say_variable(struct doctor *d, enum level level, size_t i, const char *who,
			 const char *value)
{
	doctor_say(d, level, (int)variables[i].engine, "engine-option",
		   "%.100s has %s=%.100s in its environment, which overrides the files that "
		   "capgate writes\tunset %s",
		   who, variables[i].name, value, variables[i].name);
}

void doctor_variables(struct doctor *d, enum engine e, const char *who, const char *v, size_t len)
{
	for (size_t i = 0; i < COUNT(variables); i++) {
		const char *value = daemon_variable(v, len, variables[i].name);

		if (variables[i].engine == e && value && *value)
			say_variable(d, LEVEL_BAD, i, who, value);
	}
}

void doctor_own_variables(struct doctor *d)
{
	for (size_t i = 0; i < COUNT(variables); i++) {
		const char *value = getenv(variables[i].name);

		if (variables[i].engine == ENGINE_PODMAN && value && *value)
			say_variable(d, LEVEL_WARN, i, "the user of this command", value);
	}
}
