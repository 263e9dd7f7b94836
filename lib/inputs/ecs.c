/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads task definitions of Amazon ECS: the input of register-task-definition
 * (--cli-input-json) and the output of describe-task-definition (ECS API reference,
 * ContainerDefinition).
 */
#include "kinds.h"

#include "lib/base/base.h"

static const struct capgate_shape container = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(
		{"name", STRING(REQUEST_NAME)}, {"image", STRING(REQUEST_IMAGE)},
		{"user", MAYBE_STRING(REQUEST_USER)}, {"privileged", BOOL(REQUEST_PRIVILEGED)},
		{"dockerSecurityOptions", STRINGS(REQUEST_SECURITY_OPTION)},
		{"systemControls",
		 LIST(MAYBE(.members = MEMBERS({"namespace", STRING(REQUEST_SYSCTL_NAME)},
					       {"value", STRING(REQUEST_SYSCTL_VALUE)})))},
		{"linuxParameters",
		 MAYBE(.members = MEMBERS(
			       {"capabilities",
				MAYBE(.members = MEMBERS({"add", CAPS(REQUEST_CAP_ADD)},
							 {"drop", CAPS(REQUEST_CAP_DROP)}))}))}),
};

#define TASK_MEMBERS \
	{"containerDefinitions", LIST(&container)}, \
		{"networkMode", MAYBE_STRING(REQUEST_OUTER_NETWORK)}, \
		{"pidMode", MAYBE_STRING(REQUEST_OUTER_PID)}, \
		{"ipcMode", MAYBE_STRING(REQUEST_OUTER_IPC)}, \
	{ \
		"runtimePlatform", MAYBE(.members = MEMBERS({"operatingSystemFamily", \
							     STRING(REQUEST_PLATFORM)})) \
	}

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members =
		MEMBERS(TASK_MEMBERS, {"taskDefinition", SHAPE(.members = MEMBERS(TASK_MEMBERS))}),
};

#define SEEN \
	{ \
		.engine = "ecs", .thing = "container", \
		.how = "resolved against Docker's default list, not read from a specification", \
		.dialect = CAPGATE_DIALECT_ECS \
	}

const struct capgate_flat capgate_flat_ecs = {
	.seen = SEEN,
	.shape = &shape,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
};

/* A single definition, as in Terraform's container_definitions. */
const struct capgate_flat capgate_flat_ecs_container = {
	.seen = SEEN,
	.shape = &container,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
};
