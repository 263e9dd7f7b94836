/* SPDX-License-Identifier: Apache-2.0 */
/* Finds files that change what a document says: drop-ins of a unit, override files of compose. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/base.h"
#include "documents.h"

static bool is_drop_in(const char *name)
{
	const size_t n = strlen(name), suffix = strlen(".conf");

	return n > suffix && strcmp(name + n - suffix, ".conf") == 0;
}

/* Does the directory contain drop-ins?  True if it cannot be read. */
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

static bool is_there(const char *path, size_t directory, const char *name)
{
	char other[PATH_MAX];

	return snprintf(other, sizeof(other), "%.*s%s", (int)directory, path, name) <
		       (int)sizeof(other) &&
	       (access(other, F_OK) == 0 || errno != ENOENT);
}

/* docker compose merges one of these into a file that it found by its usual name. */
static bool has_override(const char *path)
{
	static const char *const usual[] = {"compose.yaml", "compose.yml", "docker-compose.yaml",
					    "docker-compose.yml"};
	static const char *const overrides[] = {"compose.override.yaml", "compose.override.yml",
						"docker-compose.override.yaml",
						"docker-compose.override.yml"};
	const char *base = strrchr(path, '/');
	bool is_usual = false, any = false;

	base = base ? base + 1 : path;
	for (size_t i = 0; i < COUNT(usual); i++)
		is_usual |= strcmp(base, usual[i]) == 0;
	for (size_t i = 0; is_usual && i < COUNT(overrides); i++)
		any |= is_there(path, (size_t)(base - path), overrides[i]);
	return any;
}

/* The reason why other files change the document; or NULL. */
static const char *changed_by(const char *path, enum capgate_dialect dialect)
{
	switch (dialect) {
	case CAPGATE_DIALECT_QUADLET:
		if (has_drop_ins(path, "container"))
			return "drop-ins beside it can change its capabilities; pass the output of "
			       "/usr/libexec/podman/quadlet -dryrun, which includes them";
		return NULL;
	case CAPGATE_DIALECT_SYSTEMD:
		if (has_drop_ins(path, NULL))
			return "drop-ins beside it can change its capabilities; pass the output of "
			       "systemctl cat for it, which includes them";
		return NULL;
	case CAPGATE_DIALECT_COMPOSE:
		if (has_override(path))
			return "the override file beside it can change its capabilities; pass the "
			       "output of docker compose config --format json, which includes both";
		return NULL;
	default:
		return NULL;
	}
}

void documents_beside(const char *path, struct capgate_inspected *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *why =
			v[i].rule || v[i].generated ? NULL : changed_by(path, v[i].dialect);

		if (!why)
			continue;
		v[i].rule = CAPGATE_RULE_NOT_TOLD;
		v[i].why = why;
	}
}
