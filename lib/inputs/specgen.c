/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the body with which podman's libpod API creates a container (podman, pkg/specgen). */
#include "kinds.h"

#include "lib/base/base.h"

#define NAMESPACE(f) MAYBE(.members = MEMBERS({"nsmode", STRING(f)}))

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(
		{"name", STRING(REQUEST_NAME)}, {"image", STRING(REQUEST_IMAGE)},
		{"user", MAYBE_STRING(REQUEST_USER)}, {"cap_add", CAPS(REQUEST_CAP_ADD)},
		{"cap_drop", CAPS(REQUEST_CAP_DROP)}, {"privileged", BOOL(REQUEST_PRIVILEGED)},
		{"no_new_privileges", BOOL(REQUEST_NO_NEW_PRIVS)},
		{"seccomp_profile_path", MAYBE_STRING(REQUEST_SECCOMP)},
		{"netns", NAMESPACE(REQUEST_NETWORK)}, {"pidns", NAMESPACE(REQUEST_PID)},
		{"ipcns", NAMESPACE(REQUEST_IPC)}, {"userns", NAMESPACE(REQUEST_USERS)},
		{"sysctl", MAYBE(.each = STRING(REQUEST_SYSCTLS))},
		{"mounts", LIST(MAYBE(.field = REQUEST_MOUNT,
				      .members = MEMBERS(
					      {"type", SHAPE(.field = REQUEST_MOUNT_TYPE)},
					      {"source", SHAPE(.field = REQUEST_MOUNT_SOURCE)})))}),
};

const struct capgate_flat capgate_flat_specgen = {
	.seen = {.engine = "podman",
		 .thing = "container to create",
		 .how = "resolved against podman's widest default list, which is Docker's",
		 .dialect = CAPGATE_DIALECT_PODMAN},
	.shape = &shape,
	.resolve = capgate_request_resolve_podman,
};
