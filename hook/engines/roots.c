/* SPDX-License-Identifier: Apache-2.0 */
#include "roots.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

#define TASKS "/io.containerd.runtime.v2.task"

/* Where each is unless its configuration says otherwise.  The tasks come after the
 * runtimes: they are for runtimes that keep their state in another place. */
static const struct engine_root built_in[] = {
	{ENGINE_DOCKER, ROOT_RUNTIME, "/run/docker/runtime-*/*"},
	{ENGINE_DOCKER, ROOT_RUNTIME, "/run/docker/plugins/runtime-root/*"},
	{ENGINE_CONTAINERD, ROOT_RUNTIME, "/run/containerd/runc/*"},
	{NENGINES, ROOT_RUNTIME, "/run/runc"},
	{NENGINES, ROOT_RUNTIME, "/run/crun"},
	{NENGINES, ROOT_RUNTIME, "/run/youki"},
	{NENGINES, ROOT_RUNTIME, "/run/user/0/runc"},
	{NENGINES, ROOT_RUNTIME, "/run/user/0/crun"},
	{NENGINES, ROOT_RUNTIME, "/run/user/*/runc", .users = true},
	{NENGINES, ROOT_RUNTIME, "/run/user/*/crun", .users = true},
	{ENGINE_DOCKER, ROOT_TASKS, "/run/docker/containerd/daemon" TASKS},
	{ENGINE_CONTAINERD, ROOT_TASKS, "/run/containerd" TASKS},
	{ENGINE_K3S, ROOT_TASKS, "/run/k3s/containerd" TASKS},
	{ENGINE_RKE2, ROOT_TASKS, "/run/k3s/containerd" TASKS},
	{ENGINE_K0S, ROOT_TASKS, "/run/k0s/containerd" TASKS},
	{ENGINE_MICROK8S, ROOT_TASKS, "/var/snap/microk8s/common/run/containerd" TASKS},
	{ENGINE_DOCKER, ROOT_DOCKER, "/var/lib/docker"},
	{ENGINE_DOCKER, ROOT_DOCKER, "/var/lib/docker/*.*"}, /* with userns-remap: UID.GID */
	{ENGINE_PODMAN, ROOT_GRAPH, "/var/lib/containers/storage"},
	{ENGINE_PODMAN, ROOT_RUN, "/run/containers/storage"},
};

_Static_assert(COUNT(built_in) <= ENGINE_ROOTS, "all of them have room");

void engine_roots_known(struct engine_roots *ret)
{
	memcpy(ret->v, built_in, sizeof(built_in));
	ret->n = COUNT(built_in);
}

/* ---- What is there --------------------------------------------------------------- */

/* What follows a root's path in the pattern of its containers. */
static const char *const below[] = {
	[ROOT_RUNTIME] = "/*",
	[ROOT_TASKS] = "/*/*",
	[ROOT_DOCKER] = "/containers/*",
	[ROOT_GRAPH] = "/*-containers/*/userdata",
	[ROOT_RUN] = "/*-containers/*/userdata",
};

/* The prefix is a name, not a pattern. */
static char *pattern_of(const char *prefix, const char *path, const char *rest)
{
	char *pattern = malloc(2 * strlen(prefix) + strlen(path) + strlen(rest) + 1), *p = pattern;

	if (!pattern)
		return NULL;
	for (; *prefix; prefix++) {
		if (strchr("*?[\\", *prefix))
			*p++ = '\\';
		*p++ = *prefix;
	}
	p = stpcpy(p, path);
	strcpy(p, rest);
	return pattern;
}

static int is_unreadable(const char *dir, int error)
{
	if (place_is_elsewhere(error))
		return 0;
	io_say("cannot look for containers in %s: %s", dir, strerror(error));
	return 1;
}

static int visit_all(const struct engine_root *root, const char *prefix, const char *rest,
		     engine_root_visit *visit, void *user, struct capgate_error *err)
{
	char *pattern = pattern_of(prefix, root->path, rest);
	glob_t found = {0};
	int looked = pattern ? glob(pattern, 0, is_unreadable, &found) : GLOB_NOSPACE;
	int status = 0;

	if (looked == GLOB_NOSPACE)
		status = capgate_fail_memory(err);
	for (size_t i = 0; status == 0 && i < found.gl_pathc; i++)
		status = visit(user, root, found.gl_pathv[i], err);
	globfree(&found);
	free(pattern);
	return status == 0 && looked == GLOB_ABORTED ? 1 : status;
}

int engine_root_each(const struct engine_root *root, const char *prefix, engine_root_visit *visit,
		     void *user, struct capgate_error *err)
{
	return visit_all(root, prefix, "", visit, user, err);
}

int engine_root_containers(const struct engine_root *root, const char *prefix,
			   engine_root_visit *visit, void *user, struct capgate_error *err)
{
	return visit_all(root, prefix, below[root->kind], visit, user, err);
}
