/* SPDX-License-Identifier: Apache-2.0 */
/* What is known beside the text: the policy's scene, filled in. */
#ifndef SCENE_H
#define SCENE_H

#include "capgate.h"
#include "hook/engines/engines.h"
#include "hook/sys/sys.h"

/* Before the text is read: the clock, the group ids of our user namespace, and which
 * sysctls can be set that take the place of a capability of those. */
void scene_begin(struct capgate_scene *scene, capgate_set forbidden);

/*
 * After it was read: the image, from what image_stores_find() found, and whose the
 * network namespace is that it joins.  No file is opened.  True when something
 * was learnt, so that judging again is worth it.
 */
bool scene_learn(struct capgate_scene *scene, const struct capgate_spec *spec,
		 const struct image_stores *stores, const struct netns_known *known,
		 struct capgate_arena *arena);

#endif
