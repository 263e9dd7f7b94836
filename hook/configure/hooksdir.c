/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_dir of podman and CRI-O: the last file that sets it replaces what others set.
 * 50-capgate.conf names the usual directories; where the host names more, our last drop-in names
 * them all, so that the host's own hooks still run.
 */
#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "lib/base/base.h"
#include "configure.h"

/* What 50-capgate.conf names; the last one is podman's only. */
static const char *const ours[] = {"/usr/share/containers/oci/hooks.d",
				   "/etc/containers/oci/hooks.d", WIRING_PODMAN_HOOKS};

struct dirs {
	char v[2 * CONF_DIRS + COUNT(ours)][CONF_PATH];
	size_t n;
};

static void add(struct dirs *dirs, const char *dir)
{
	if (dirs->n < COUNT(dirs->v) && !engine_conf_has_dir(dirs->v, dirs->n, dir))
		snprintf(dirs->v[dirs->n++], CONF_PATH, "%s", dir);
}

/* Can it be written between quotes in TOML? */
static bool can_be_quoted(const char *dir)
{
	for (; *dir; dir++)
		if ((unsigned char)*dir < ' ' || *dir == 127 || *dir == '"' || *dir == '\\')
			return false;
	return true;
}

/* Is this file read after 50-capgate.conf? */
static bool is_later(const char *file)
{
	return strstr(file, ".conf.d/") && strcmp(strrchr(file, '/') + 1, "50-capgate.conf") > 0;
}

/* The directories of 50-capgate.conf, to which an administrator may have added some. */
static void add_ours(struct dirs *dirs, enum engine e, const struct engine_conf *conf)
{
	const char *mine = e == ENGINE_PODMAN ? WIRING_CONTAINERS_CONF : WIRING_CRIO_CONF;

	for (size_t i = 0; strcmp(conf->dir_source, mine) == 0 && i < conf->n_dirs; i++)
		add(dirs, conf->dir[i]);
	for (size_t i = 0; i < COUNT(ours) - (e != ENGINE_PODMAN); i++)
		add(dirs, ours[i]);
}

int configure_hooks_dir(enum engine e, const struct engine_conf *conf, struct capgate_out *out,
			struct capgate_error *err)
{
	static struct dirs all, known;

	all.n = known.n = 0;
	/* A file in a later directory takes the place of one with its name. */
	for (size_t i = 0; conf->hosts_source[0] && i < conf->n_hosts_dirs; i++)
		add(&all, conf->hosts_dir[i]);
	add_ours(&all, e, conf);
	add_ours(&known, e, conf);
	if (all.n == known.n && !is_later(conf->hosts_source))
		return 0;
	if (all.n >= CONF_DIRS)
		return configure_refuse(err,
					"%.200s names more than %d directories of hooks: remove "
					"some, then try again",
					conf->hosts_source, CONF_DIRS - (int)COUNT(ours) - 1);
	capgate_out_string(out, "hooks_dir = [\n");
	for (size_t i = 0; i < all.n; i++) {
		if (!can_be_quoted(all.v[i]))
			return configure_refuse(err,
						"%.200s names a directory of hooks with a quote, "
						"backslash or control character: rename it, then "
						"try again",
						conf->hosts_source);
		capgate_out_format(out, "  \"%s\",\n", all.v[i]);
	}
	capgate_out_string(out, "]\n");
	return 0;
}
