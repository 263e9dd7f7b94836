/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules of containers.conf: "podman --module NAME run" reads one of these after all other
 * files, so its settings of hooks and runtimes override ours.
 */
#include <glob.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

struct module {
	const char *key; /* the setting of ours that it changes, for people; NULL if none */
};

static int see_key(void *user, const struct toml_event *e)
{
	static const char *const keys[][2] = {
		{"engine" TOML_SEP "hooks_dir", "hooks_dir"},
		{"engine" TOML_SEP "runtimes", "runtimes"},
		{"engine" TOML_SEP "runtime", "runtime"},
	};
	struct module *m = user;

	if (e->kind != TOML_STRING && e->kind != TOML_ELEMENT)
		return 0;
	for (size_t i = 0; i < COUNT(keys); i++) {
		size_t n = strlen(keys[i][0]);

		if (strncmp(e->path, keys[i][0], n) == 0 &&
		    (e->path[n] == '\0' || e->path[n] == TOML_SEP[0]) &&
		    !wiring_is_wrapper(e->text))
			m->key = keys[i][1];
	}
	return 0;
}

static void look_at_module(struct doctor *d, const char *path)
{
	struct module m = {NULL};
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, path, &missing);

	if (!text.p || toml_parse(text, &d->arena, see_key, &m, &err) < 0 || !m.key)
		return; /* podman cannot load an unreadable file, either */
	doctor_say(d, LEVEL_WARN, ENGINE_PODMAN, "engine-option",
		   "podman --module %.60s takes %s from %.150s, which overrides the files that "
		   "capgate writes\tremove %s from that file",
		   capgate_last_part(path), m.key, path, m.key);
}

void doctor_modules(struct doctor *d)
{
	static const char *const patterns[] = {
		CAPGATE_SYSCONFDIR "/containers/containers.conf.modules/*",
		"/usr/share/containers/containers.conf.modules/*",
		CONF_USERS "containers/containers.conf.modules/*"};
	glob_t found = {0};

	for (size_t i = 0; i < COUNT(patterns); i++)
		(void)glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		look_at_module(d, found.gl_pathv[i]);
	globfree(&found);
}
