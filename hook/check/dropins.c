/* SPDX-License-Identifier: Apache-2.0 */
/* Drop-ins beside a unit, which change its settings. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

static bool is_drop_in(const char *name)
{
	const size_t n = strlen(name), suffix = strlen(".conf");

	return n > suffix && strcmp(name + n - suffix, ".conf") == 0;
}

/* A directory that cannot be looked through may have some. */
static bool has_some(const char *path)
{
	struct dirent *entry;
	bool any = false;
	DIR *dir = opendir(path);

	if (!dir)
		return errno != ENOENT && errno != ENOTDIR;
	while (!any && (entry = readdir(dir)))
		any = is_drop_in(entry->d_name);
	closedir(dir);
	return any;
}

/* The directory before's first n letters and after: too long a name has none. */
static bool has_some_in(const char *before, size_t n, const char *after)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%.*s%s.d", (int)n, before, after) <
		       (int)sizeof(path) &&
	       has_some(path);
}

/*
 * systemd.unit(5) and podman-systemd.unit(5): beside a-b@c.service the directories
 * a-b@c.service.d, those of its template and of its name up to each dash, and service.d for
 * all of that type.  type: a unit's whose suffix is another one, NULL: the suffix.
 */
static bool has_drop_ins(const char *unit, const char *type)
{
	const char *base = strrchr(unit, '/'), *suffix;

	base = base ? base + 1 : unit;
	suffix = strrchr(base, '.');
	if (!suffix || suffix == base)
		suffix = base + strlen(base);
	if (has_some_in(unit, strlen(unit), "") ||
	    has_some_in(unit, (size_t)(base - unit), type ? type : suffix + (*suffix == '.')))
		return true;
	for (const char *p = base; p < suffix; p++)
		if ((*p == '-' || *p == '@') && has_some_in(unit, (size_t)(p + 1 - unit), suffix))
			return true;
	return false;
}

void check_drop_ins(const char *path, struct capgate_inspected *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const bool quadlet = v[i].dialect == CAPGATE_DIALECT_QUADLET;

		if (v[i].rule || v[i].generated ||
		    (!quadlet && v[i].dialect != CAPGATE_DIALECT_SYSTEMD) ||
		    !has_drop_ins(path, quadlet ? "container" : NULL))
			continue;
		v[i].rule = CAPGATE_RULE_NOT_TOLD;
		v[i].why =
			quadlet ? "drop-ins beside it can change its capabilities; pass the output "
				  "of /usr/libexec/podman/quadlet -dryrun, which includes them"
				: "drop-ins beside it can change its capabilities; pass the output "
				  "of systemctl cat, which includes them";
	}
}
