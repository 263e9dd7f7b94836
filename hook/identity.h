/* SPDX-License-Identifier: Apache-2.0 */
/* Whose specification is this?  As far as it can be told; for the log. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "capgate.h"

/* The container's id: 64 hexadecimal digits of its cgroup or its bundle. */
struct capgate_text identity_id(const struct capgate_spec *spec, struct capgate_text bundle);
/* "podman", "docker", "containerd", "cri-o"; NULL: unknown. */
const char *identity_engine(const struct capgate_spec *spec, struct capgate_text bundle);

#endif
