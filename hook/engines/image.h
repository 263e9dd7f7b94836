/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image that a container was made from, according to its engine's store, which only root
 * can write.  Annotations do not count, because the container's author can write them.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "capgate.h"

/* The files that may name a container's image.  containers/storage has two lists, one of them
 * for containers that end with the boot (podman run --rm); Docker has one file a container. */
#define IMAGE_FILES 2

struct image_stores {
	struct capgate_text v[IMAGE_FILES]; /* empty if there is no such file */
	bool cri; /* containerd's CRI plugin made the bundle and wrote an annotation */
};

/*
 * Reads the files that may name the image of the bundle's container: podman's and CRI-O's
 * containers.json and volatile-containers.json, or Docker's config.v2.json.  Without a bundle
 * (precreate), those of podman in the usual places.  The result is empty
 *   - if no exemption names an image and no recording is on,
 *   - if users other than root can write these files, or
 *   - if the bundle is not in its engine's own directory, which only root can write.
 * Opens files, so call it before confinement.
 */
struct image_stores image_stores_find(const struct capgate_policy *policy,
				      struct capgate_text bundle);
/* The size of all files, for the arena of the caller that parses them. */
size_t image_stores_size(const struct image_stores *stores);

/*
 * The image's name in these stores; in bundles of containerd's CRI plugin, in the annotation
 * that containerd writes last.  Empty if unknown.  Opens no file.
 */
struct capgate_text image_resolve(const struct capgate_spec *spec, struct capgate_text bundle,
				  const struct image_stores *stores, struct capgate_arena *arena);

#endif
