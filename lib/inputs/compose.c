/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compose files (compose-spec, 05-services.md), and what `docker compose config` and
 * `docker stack config` print of them: services, resolved as Docker would.
 */
#include "kinds.h"

#include "lib/base/base.h"

static const struct capgate_shape volume = {
	.field = REQUEST_MOUNT,
	.members = MEMBERS({"type", SHAPE(.field = REQUEST_MOUNT_TYPE)},
			   {"source", SHAPE(.field = REQUEST_MOUNT_SOURCE)},
			   {"read_only", SHAPE(.field = REQUEST_MOUNT_READ_ONLY)}),
};

static const struct capgate_shape service = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(
		{"container_name", STRING(REQUEST_ID)}, {"image", STRING(REQUEST_IMAGE)},
		{"user", STRING(REQUEST_USER)}, {"cap_add", CAPS(REQUEST_CAP_ADD)},
		{"cap_drop", CAPS(REQUEST_CAP_DROP)},
		{"privileged", SHAPE(.types = CAPGATE_T_BOOL, .field = REQUEST_PRIVILEGED)},
		{"security_opt", STRINGS(REQUEST_SECURITY_OPTION)},
		{"network_mode", MAYBE_STRING(REQUEST_NETWORK)}, {"pid", MAYBE_STRING(REQUEST_PID)},
		{"ipc", MAYBE_STRING(REQUEST_IPC)}, {"platform", MAYBE_STRING(REQUEST_PLATFORM)},
		{"extends", SHAPE(.field = REQUEST_EXTENDED)},
		/* a hash, or a list of "name=value" */
		{"sysctls", SHAPE(.each = SHAPE(.field = REQUEST_SYSCTLS))},
		{"volumes", SHAPE(.each = &volume)}),
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"services", SHAPE(.types = CAPGATE_T_OBJECT, .each = &service)}),
};

static const char *untold(struct capgate_request *r, enum capgate_rule *rule)
{
	(void)rule;
	return r->extended ? "the service extends another, which may add and drop; docker compose "
			     "config --format json prints all of it"
			   : NULL;
}

const struct capgate_flat capgate_flat_compose = {
	.seen = {.engine = "compose",
		 .thing = "service",
		 .how = "resolved against Docker's default list, not read from a specification",
		 .dialect = CAPGATE_DIALECT_COMPOSE},
	.shape = &shape,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
	.named_by_key = true,
	.untold = untold,
};
