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
static bool has_drop_ins(const char *unit)
{
	char path[PATH_MAX];
	struct dirent *entry;
	bool any = false;
	DIR *dir;

	if (snprintf(path, sizeof(path), "%s.d", unit) >= (int)sizeof(path))
		return false;
	dir = opendir(path);
	if (!dir)
		return errno != ENOENT && errno != ENOTDIR;
	while (!any && (entry = readdir(dir)))
		any = is_drop_in(entry->d_name);
	closedir(dir);
	return any;
}

void check_drop_ins(const char *path, struct capgate_inspected *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const bool quadlet = v[i].dialect == CAPGATE_DIALECT_QUADLET;

		if (v[i].rule || v[i].generated ||
		    (!quadlet && v[i].dialect != CAPGATE_DIALECT_SYSTEMD) || !has_drop_ins(path))
			continue;
		v[i].rule = CAPGATE_RULE_NOT_TOLD;
		v[i].why = quadlet ? "drop-ins beside it may change what it gets; pass what "
				     "/usr/libexec/podman/quadlet -dryrun prints, which has them"
				   : "drop-ins beside it may change what it gets; pass what "
				     "systemctl cat prints of it, which has them";
	}
}
