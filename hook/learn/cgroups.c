/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroups.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

#define ROOT "/sys/fs/cgroup"
#define TRIES 100 /* of 20 ms: killed processes leave their cgroup a moment later */

static void remove_one(const char *root, const char *below, const char *id)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s%s/%s", root, below, id) >= (int)sizeof(path))
		return;
	for (int i = 0; i < TRIES && rmdir(path) < 0 && errno == EBUSY; i++)
		command_sleep(20);
}

/* Removes them below one cgroup, for version 2 and for each controller of version 1. */
static void remove_below(const char *below, const char *id)
{
	DIR *dir = opendir(ROOT);
	struct dirent *e;
	char root[PATH_MAX];

	remove_one(ROOT, below, id);
	while (dir && (e = readdir(dir))) {
		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		snprintf(root, sizeof(root), ROOT "/%s", e->d_name);
		remove_one(root, below, id);
	}
	if (dir)
		closedir(dir);
}

void cgroups_remove(const char *id)
{
	FILE *own = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX], *path;

	remove_below("", id);
	/* "4:memory:/user.slice/a.scope" */
	while (own && fgets(line, sizeof(line), own)) {
		line[strcspn(line, "\n")] = '\0';
		path = strchr(line, '/');
		if (!path || !path[1])
			continue;
		remove_below(path, id);
		*strrchr(path, '/') = '\0';
		remove_below(path, id);
	}
	if (own)
		fclose(own);
}
