/* SPDX-License-Identifier: Apache-2.0 */
/* Reads jobs of Nomad, as its API accepts and prints them (Nomad, JSON jobs). */
#include "kinds.h"

#include "lib/base/base.h"

#define TASK_MEMBERS \
	MEMBERS({"Name", STRING(REQUEST_NAME)}, {"Driver", STRING(REQUEST_DRIVER)}, \
		{"User", MAYBE_STRING(REQUEST_USER)}, \
		{"Config", \
		 MAYBE(.members = MEMBERS( \
			       {"image", STRING(REQUEST_IMAGE)}, \
			       {"cap_add", CAPS(REQUEST_CAP_ADD)}, \
			       {"cap_drop", CAPS(REQUEST_CAP_DROP)}, \
			       {"privileged", BOOL(REQUEST_PRIVILEGED)}, \
			       {"network_mode", MAYBE_STRING(REQUEST_NETWORK)}, \
			       {"pid_mode", MAYBE_STRING(REQUEST_PID)}, \
			       {"ipc_mode", MAYBE_STRING(REQUEST_IPC)}, \
			       {"security_opt", STRINGS(REQUEST_SECURITY_OPTION)}, \
			       {"sysctl", \
				SHAPE(.each = SHAPE(.each = SHAPE(.field = REQUEST_SYSCTLS)))}, \
			       {"volumes", STRINGS(REQUEST_VOLUME)}))})

static const struct capgate_shape task = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = TASK_MEMBERS,
};

/* A proxy of the service mesh; null means Nomad's own. */
static const struct capgate_shape sidecar = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.field = REQUEST_CONTAINER,
	.members = TASK_MEMBERS,
};

#define CONNECT MAYBE(.members = MEMBERS({"SidecarTask", &sidecar}))
#define SERVICES LIST(MAYBE(.members = MEMBERS({"Connect", CONNECT})))
#define JOB_MEMBERS \
	{ \
		"TaskGroups", LIST(MAYBE(.members = MEMBERS({"Tasks", LIST(&task)}, \
							    {"Services", SERVICES}))) \
	}

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS(JOB_MEMBERS, {"Job", SHAPE(.members = MEMBERS(JOB_MEMBERS))}),
};

static const char *nomad_untold(struct capgate_request *r, enum capgate_rule *rule)
{
	(void)rule;
	/* A proxy has no name, and its default driver is docker. */
	return (!r->driver.len && !r->seen.name.len) || capgate_text_is(r->driver, "docker") ||
			       capgate_text_is(r->driver, "podman")
		       ? NULL
		       : "the task's driver is neither docker nor podman, and takes its "
			 "capabilities from the client's configuration; sudo capgate audit on the "
			 "client shows what it holds";
}

/* Since 1.1 the clients' default list is Docker's without NET_RAW. */
const struct capgate_flat capgate_flat_nomad = {
	.seen = {.engine = "nomad",
		 .thing = "task",
		 .how = "resolved against Docker's default list, which is wider than Nomad's since "
			"1.1",
		 .dialect = CAPGATE_DIALECT_NOMAD},
	.shape = &shape,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
	.untold = nomad_untold,
};
