/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image that a container was made from, according to the engine's own root-owned store;
 * never from annotations, which the container's author can write.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "capgate.h"

/* Files of a store: containers/storage keeps containers that do not outlive a
 * boot (podman run --rm) apart from the others; Docker has one a container. */
#define IMAGE_FILES 2

struct image_stores {
	struct capgate_text v[IMAGE_FILES]; /* empty: none */
	bool cri; /* the bundle is one of containerd's CRI: it writes an annotation */
};

/*
 * What may say which image that bundle's container was made from: podman's and
 * CRI-O's containers.json and volatile-containers.json, Docker's config.v2.json;
 * without a bundle (precreate) podman's in the usual places.  Empty when no
 * exemption asks for an image and nothing is recorded, when there is no file that only
 * root can have written, or when the bundle does not lie in the engine's own root-owned directory.
 * Opens files: before confinement.
 */
struct image_stores image_stores_find(const struct capgate_policy *policy,
				      struct capgate_text bundle);
/* Bytes in all, for the arena of whoever reads them. */
size_t image_stores_size(const struct image_stores *stores);

/*
 * The image's name in these stores (or, in containerd's CRI bundles, in the
 * annotation that containerd writes last).  Empty: unknown.  Pure.
 */
struct capgate_text image_resolve(const struct capgate_spec *spec, struct capgate_text bundle,
				  const struct image_stores *stores, struct capgate_arena *arena);

#endif
