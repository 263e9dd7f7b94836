/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "image.h"
#include "userns.h"

void scene_begin(struct capgate_scene *scene)
{
	*scene = (struct capgate_scene){.now = (int64_t)time(NULL), .gid_last = userns_last_gid()};
}

/* Namespaces are files of nsfs: one inode, one namespace (namespaces(7)). */
static enum capgate_network whose(struct capgate_text path)
{
	struct stat ours, theirs;
	char name[PATH_MAX];

	if (path.len == 0 || path.len >= sizeof(name) || memchr(path.p, 0, path.len))
		return CAPGATE_NETWORK_UNKNOWN;
	memcpy(name, path.p, path.len);
	name[path.len] = '\0';
	if (stat("/proc/self/ns/net", &ours) < 0 || stat(name, &theirs) < 0)
		return CAPGATE_NETWORK_UNKNOWN;
	/* A path that is no namespace is the runtime's business to refuse. */
	if (theirs.st_dev != ours.st_dev)
		return CAPGATE_NETWORK_UNKNOWN;
	return theirs.st_ino == ours.st_ino ? CAPGATE_NETWORK_HOST : CAPGATE_NETWORK_OTHER;
}

bool scene_learn(struct capgate_scene *scene, const struct capgate_spec *spec, struct capgate_text store,
		 struct capgate_arena *arena)
{
	const struct capgate_namespace *net = capgate_spec_namespace(spec, "network");

	if (!scene->image.len)
		scene->image = image_resolve(spec, scene->bundle, store, arena);
	if (net && net->has_path)
		scene->network = whose(net->path);
	return scene->image.len > 0 || scene->network != CAPGATE_NETWORK_UNKNOWN;
}
