/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which image a container was made from: from what the engine wrote down in its
 * own root-owned store, never from annotations that the container's author can
 * write.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "capgate.h"

/*
 * The store's file for that bundle: podman's and CRI-O's containers.json,
 * Docker's config.v2.json; without a bundle (precreate) podman's in its usual
 * places.  Empty when no exemption asks for an image, or when there is no file
 * that only root can have written.  Opens files: before confinement.
 */
struct capgate_text image_store(const struct capgate_policy *policy, struct capgate_text bundle);

/*
 * The image's name in that store (or, in containerd's CRI bundles, in the
 * annotation that containerd writes last).  Empty: unknown.  Pure.
 */
struct capgate_text image_resolve(const struct capgate_spec *spec, struct capgate_text bundle,
				  struct capgate_text store, struct capgate_arena *arena);

#endif
