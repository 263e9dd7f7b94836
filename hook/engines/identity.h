/* SPDX-License-Identifier: Apache-2.0 */
/* Which container and engine a specification belongs to, as far as it can be known. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "capgate.h"

enum identity {
	IDENTITY_UNKNOWN,
	IDENTITY_PODMAN,
	IDENTITY_BUILDAH,
	IDENTITY_DOCKER,
	IDENTITY_CONTAINERD,
	IDENTITY_CRIO,
	NIDENTITIES
};

/* The last run of exactly 64 hexadecimal digits, which is how engines name containers in
 * paths.  The container's author may control what comes before it, but not the last one. */
struct capgate_text identity_find(struct capgate_text path);
/* The container's id, from a place that only its engine writes: the path of the bundle, else
 * the end of the cgroup's path.  Empty if unknown. */
struct capgate_text identity_firm(const struct capgate_spec *spec, struct capgate_text bundle);
/* The same, else a guess from the container's mounts.  Use it only for the log. */
struct capgate_text identity_id(const struct capgate_spec *spec, struct capgate_text bundle);

enum identity identity_engine(const struct capgate_spec *spec, struct capgate_text bundle);
/* "podman", "cri-o"; NULL if unknown. */
const char *identity_engine_name(enum identity engine);

#endif
