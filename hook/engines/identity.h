/* SPDX-License-Identifier: Apache-2.0 */
/* Whose specification is this?  As far as it can be known; for the log. */
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

/* The last run of exactly 64 hexadecimal digits: how engines name containers in
 * paths, after whatever a container's author may have put before it. */
struct capgate_text identity_find(struct capgate_text path);
/* The container's id as only its engine can have written it: in the path of its
 * bundle, else at the end of its cgroup.  Empty: unknown. */
struct capgate_text identity_firm(const struct capgate_spec *spec, struct capgate_text bundle);
/* The same, else a guess from the container's mounts, which is good enough for
 * the log and for nothing else. */
struct capgate_text identity_id(const struct capgate_spec *spec, struct capgate_text bundle);

enum identity identity_engine(const struct capgate_spec *spec, struct capgate_text bundle);
/* "podman", "cri-o"; NULL: unknown. */
const char *identity_engine_name(enum identity engine);

#endif
