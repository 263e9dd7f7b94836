/* SPDX-License-Identifier: Apache-2.0 */
/* Fills in the policy's scene: facts that are not in the text. */
#ifndef SCENE_H
#define SCENE_H

#include "capgate.h"
#include "hook/engines/engines.h"
#include "hook/sys/sys.h"

/* Call it before the text is read.  Fills in the time, the group ids of our user namespace, and
 * which sysctls can be set that replace a forbidden capability. */
void scene_begin(struct capgate_scene *scene, capgate_set forbidden);

/*
 * Call it after the text was read.  Fills in the image, from the result of
 * image_stores_find(), and the owner of the network namespace that the container joins.  Opens
 * no file.  Returns true if it found something, so that judging again may change the verdict.
 */
bool scene_learn(struct capgate_scene *scene, const struct capgate_spec *spec,
		 const struct image_stores *stores, const struct netns_known *known,
		 struct capgate_arena *arena);

#endif
