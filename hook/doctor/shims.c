/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Since version 23, docker run --runtime A.B.NAME.VERSION starts containerd-shim-NAME-VERSION
 * of containerd's PATH, whatever daemon.json says (containerd, "binary naming" of runtime v2).
 */
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/base.h"
#include "daemons.h"

/* containerd's own shims run the runc in PATH, which closed.c checks. */
static bool is_runcs(const char *name)
{
	static const char *const own[] = {"runc-v1", "runc-v2"};

	for (size_t i = 0; i < COUNT(own); i++)
		if (strcmp(name, own[i]) == 0)
			return true;
	return false;
}

static void look_at_shim(struct doctor *d, const char *path, const char *name)
{
	bool sandbox = doctor_is_sandbox(capgate_text_of(name));
	char type[64];

	snprintf(type, sizeof(type), "%.60s", name);
	if (!strchr(type, '-') || is_runcs(name))
		return;
	*strrchr(type, '-') = '.';
	doctor_say(d, sandbox || d->policy.mode == CAPGATE_AUDIT ? LEVEL_WARN : LEVEL_BAD,
		   ENGINE_DOCKER, "runtime-shim",
		   "docker run --runtime io.containerd.%s starts its own shim, %.150s, which "
		   "capgate cannot judge%s\tlet an authorization plugin decide who may use it, or "
		   "remove that program",
		   type, path, sandbox ? ": its containers run under another kernel" : "");
}

static void look_in(struct doctor *d, const char *dir)
{
	static const char start[] = "/containerd-shim-";
	char real[PATH_MAX], pattern[PATH_MAX];
	glob_t found = {0};

	/* /bin may be a link to /usr/bin. */
	if (!realpath(dir, real) ||
	    snprintf(pattern, sizeof(pattern), "%s%s*", real, start) >= (int)sizeof(pattern) ||
	    glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (access(found.gl_pathv[i], X_OK) == 0)
			look_at_shim(d, found.gl_pathv[i],
				     strrchr(found.gl_pathv[i], '/') + sizeof(start) - 1);
	globfree(&found);
}

void doctor_shims_in_path(struct doctor *d, const char *path)
{
	while (*path) {
		size_t n = strcspn(path, ":");
		char dir[PATH_MAX];

		capgate_text_copy(dir, sizeof(dir), (struct capgate_text){path, n});
		if (dir[0] == '/')
			look_in(d, dir);
		path += n + (path[n] == ':');
	}
}

void doctor_shims(struct doctor *d)
{
	doctor_shims_in_path(d, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin");
}
