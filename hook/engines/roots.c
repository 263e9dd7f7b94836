/* SPDX-License-Identifier: Apache-2.0 */
#include "roots.h"

#include <string.h>

#include "lib/base/base.h"

#define TASKS "/io.containerd.runtime.v2.task"

/* The default directories.  Tasks come after the runtimes, because they are only for runtimes
 * that keep their state in another place. */
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
	{ENGINE_DOCKER, ROOT_RUNTIME, "/run/user/*/docker/runtime-*/*", .users = true},
	{ENGINE_DOCKER, ROOT_TASKS, "/run/docker/containerd/daemon" TASKS},
	{ENGINE_CONTAINERD, ROOT_TASKS, "/run/containerd" TASKS},
	{ENGINE_K3S, ROOT_TASKS, "/run/k3s/containerd" TASKS},
	{ENGINE_RKE2, ROOT_TASKS, "/run/k3s/containerd" TASKS},
	{ENGINE_K0S, ROOT_TASKS, "/run/k0s/containerd" TASKS},
	{ENGINE_MICROK8S, ROOT_TASKS, "/var/snap/microk8s/common/run/containerd" TASKS},
	{ENGINE_DOCKER, ROOT_TASKS, "/run/snap.docker/containerd/daemon" TASKS},
	{ENGINE_DOCKER, ROOT_DOCKER, "/var/lib/docker"},
	{ENGINE_DOCKER, ROOT_DOCKER, "/var/lib/docker/*.*"}, /* with userns-remap: UID.GID */
	{ENGINE_DOCKER, ROOT_DOCKER, "/var/snap/docker/common/var-lib-docker"},
	{ENGINE_PODMAN, ROOT_GRAPH, "/var/lib/containers/storage"},
	{ENGINE_PODMAN, ROOT_RUN, "/run/containers/storage"},
};

_Static_assert(COUNT(built_in) <= ENGINE_ROOTS, "all of them have room");

void engine_roots_known(struct engine_roots *ret)
{
	memcpy(ret->v, built_in, sizeof(built_in));
	ret->n = COUNT(built_in);
}
