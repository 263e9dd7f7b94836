/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#include <string.h>
#include <sys/statvfs.h>

#include "hook/sys/sys.h"

/* Can a runtime set this sysctl?  It fails if it cannot.  crun writes to our own /proc/sys. */
static bool can_be_set(const char *sysctl)
{
	char path[128] = "/proc/sys/";
	size_t n = strlen(path);
	struct statvfs fs;

	for (; *sysctl && n < sizeof(path) - 1; sysctl++)
		path[n++] = *sysctl == '.' ? '/' : *sysctl;
	path[n] = '\0';
	return statvfs(path, &fs) == 0 && !(fs.f_flag & ST_RDONLY);
}

static capgate_set settable(capgate_set among)
{
	capgate_set s = {0};

	for (int c = -1; (c = capgate_set_next(among, c + 1)) >= 0;) {
		const struct capgate_symptom *symptom = capgate_symptom_of(c);

		if (symptom && symptom->sysctl && can_be_set(symptom->sysctl))
			s = capgate_set_or(s, capgate_set_of(c));
	}
	return s;
}

void scene_begin(struct capgate_scene *scene, capgate_set forbidden)
{
	*scene = (struct capgate_scene){
		.now = clock_seconds(),
		.gid_last = userns_last_gid(),
		.settable = settable(forbidden),
	};
}

bool scene_learn(struct capgate_scene *scene, const struct capgate_spec *spec,
		 const struct image_stores *stores, const struct netns_known *known,
		 struct capgate_arena *arena)
{
	const struct capgate_namespace *net = capgate_spec_namespace(spec, "network");

	if (!scene->image.len)
		scene->image = image_resolve(spec, scene->bundle, stores, arena);
	if (net && net->has_path)
		scene->network = netns_whose(known, net->path);
	return scene->image.len > 0 || scene->network != CAPGATE_NETWORK_UNKNOWN;
}
