/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what Docker's commands print and its API accepts: containers, Swarm services and
 * plugins; and containers of podman and nerdctl, which print similar documents.  Docker does
 * not print the sets, so they are resolved as its daemon does. podman prints them
 * (BoundingCaps, EffectiveCaps).
 */
#include "kinds.h"

#include "lib/base/base.h"

#define RESOLVED "resolved against Docker's default list, not read from a specification"
/* For a container that may run: capgate may have removed some of what it asked for. */
#define ASKED RESOLVED "; this judges what it asked for; capgate audit judges what it holds"

/* ---- Containers -------------------------------------------------------------------------- */

enum { FIELD_BOUNDING_LIST = REQUEST_FIELDS, FIELD_BOUNDING, FIELD_EFFECTIVE };

#define HOST_CONFIG_MEMBERS \
	MEMBERS({"CapAdd", CAPS(REQUEST_CAP_ADD)}, \
		{"CapDrop", \
		 CAPS(REQUEST_CAP_DROP)}, /* only in API 1.40, instead of the default list */ \
		{"Capabilities", STRINGS(REQUEST_CAP_ADD)}, \
		{"Privileged", BOOL(REQUEST_PRIVILEGED)}, \
		{"SecurityOpt", STRINGS(REQUEST_SECURITY_OPTION)}, \
		{"NetworkMode", MAYBE_STRING(REQUEST_NETWORK)}, \
		{"PidMode", MAYBE_STRING(REQUEST_PID)}, {"IpcMode", MAYBE_STRING(REQUEST_IPC)}, \
		{"Binds", STRINGS(REQUEST_VOLUME)}, \
		{"Sysctls", MAYBE(.each = STRING(REQUEST_SYSCTLS))})

static const struct capgate_shape host_config = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.members = HOST_CONFIG_MEMBERS,
};

static const struct capgate_shape mount = {
	.field = REQUEST_MOUNT,
	.members = MEMBERS({"Type", SHAPE(.field = REQUEST_MOUNT_TYPE)},
			   {"Source", SHAPE(.field = REQUEST_MOUNT_SOURCE)},
			   {"RW", SHAPE(.field = REQUEST_MOUNT_WRITABLE)},
			   {"ReadOnly", SHAPE(.field = REQUEST_MOUNT_READ_ONLY)}),
};

#define CONTAINER_MEMBERS \
	{"Id", STRING(REQUEST_ID)}, {"Name", STRING(REQUEST_NAME)}, \
		{"ImageName", STRING(REQUEST_IMAGE)}, \
		{"Platform", MAYBE_STRING(REQUEST_PLATFORM)}, \
		{"BoundingCaps", LIST(STRING(FIELD_BOUNDING), .field = FIELD_BOUNDING_LIST)}, \
		{"EffectiveCaps", STRINGS(FIELD_EFFECTIVE)}, {"HostConfig", &host_config}, \
	{ \
		"Mounts", SHAPE(.each = &mount) \
	}

static const struct capgate_shape inspected = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(
		CONTAINER_MEMBERS, {"NoNewPrivileges", BOOL(REQUEST_NO_NEW_PRIVS)},
		{"Config", MAYBE(.members = MEMBERS({"Image", STRING(REQUEST_IMAGE)},
						    {"User", MAYBE_STRING(REQUEST_USER)}))}),
};

/* Here the configuration is not a separate member. */
static const struct capgate_shape to_create = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(CONTAINER_MEMBERS, {"Image", STRING(REQUEST_IMAGE)},
			   {"User", MAYBE_STRING(REQUEST_USER)}),
};

/* Reads a name in a set that podman prints. */
static void read_told(struct capgate_request *now, struct capgate_text name, capgate_set *set)
{
	int cap = capgate_cap_lenient(name);

	if (cap >= 0)
		*set = capgate_set_or(*set, capgate_set_of(cap));
	else
		now->unknown = name;
}

static int docker_member(struct capgate_request *r, int field,
			 const struct capgate_json_event *event)
{
	if (field == FIELD_BOUNDING_LIST) {
		r->has_sets = true; /* podman writes null for an empty list */
		r->seen.engine = "podman";
		r->seen.dialect = CAPGATE_DIALECT_PODMAN;
		r->seen.how = "as podman prints its sets";
		r->docker_sysctls = false;
	} else {
		r->driver = capgate_text_of("podman");
		read_told(r, event->text, field == FIELD_BOUNDING ? &r->bounding : &r->effective);
	}
	return 0;
}

static const char *without_keys(struct capgate_request *r, enum capgate_rule *rule)
{
	(void)rule;
	if (!r->has_sets && r->driver.len)
		return "it has EffectiveCaps without BoundingCaps; podman inspect ID prints both";
	r->seen.partial = !r->has_sets && !(r->has_add && r->has_privileged);
	r->seen.why = r->seen.partial ? "it lacks CapAdd or Privileged, which may add more; docker "
					"inspect ID or podman inspect ID prints both"
				      : NULL;
	return r->has_sets || r->has_keys
		       ? NULL
		       : "it has no CapAdd, CapDrop or Privileged, as in the lists of the engine's "
			 "API and in nerdctl's inspect; docker inspect ID, podman inspect ID or "
			 "nerdctl inspect --mode=native ID prints them";
}

const struct capgate_flat capgate_flat_inspected = {
	.seen = {.engine = "docker",
		 .thing = "container",
		 .how = ASKED,
		 .dialect = CAPGATE_DIALECT_DOCKER},
	.shape = &inspected,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
	.own = docker_member,
	.untold = without_keys,
};

/* docker inspect -f '{{json .HostConfig}}' */
static const struct capgate_shape host_config_alone = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = HOST_CONFIG_MEMBERS,
};

const struct capgate_flat capgate_flat_host_config = {
	.seen = {.engine = "docker",
		 .thing = "container",
		 .how = RESOLVED "; it does not name its user, which is assumed to be root",
		 .dialect = CAPGATE_DIALECT_DOCKER},
	.shape = &host_config_alone,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
};

const struct capgate_flat capgate_flat_to_create = {
	.seen = {.engine = "docker",
		 .thing = "container to create",
		 .how = RESOLVED,
		 .dialect = CAPGATE_DIALECT_DOCKER},
	.shape = &to_create,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
	.own = docker_member,
};

/* ---- Services of Swarm, and their tasks ----------------------------------------------------- */

static const struct capgate_shape container_spec = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(
		{"Image", STRING(REQUEST_IMAGE)}, {"User", MAYBE_STRING(REQUEST_USER)},
		{"CapabilityAdd", CAPS(REQUEST_CAP_ADD)},
		{"CapabilityDrop", CAPS(REQUEST_CAP_DROP)},
		{"Privileges",
		 MAYBE(.members = MEMBERS(
			       {"NoNewPrivileges", BOOL(REQUEST_NO_NEW_PRIVS)},
			       {"Seccomp",
				MAYBE(.members = MEMBERS({"Mode", STRING(REQUEST_SECCOMP)}))}))},
		{"Mounts", LIST(&mount)}, {"Sysctls", MAYBE(.each = STRING(REQUEST_SYSCTLS))}),
};

#define NETWORKS LIST(MAYBE(.members = MEMBERS({"Target", STRING(REQUEST_OUTER_NETWORK)})))
#define TASK_MEMBERS \
	{"ContainerSpec", &container_spec}, \
	{ \
		"Networks", NETWORKS \
	}

static const struct capgate_shape service = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS(
		{"TaskTemplate", SHAPE(.members = MEMBERS(TASK_MEMBERS))},
		{"Name", STRING(REQUEST_NAME)},
		{"Spec",
		 MAYBE(.members = MEMBERS({"Name", STRING(REQUEST_NAME)},
					  {"TaskTemplate", SHAPE(.members = MEMBERS(TASK_MEMBERS))},
					  TASK_MEMBERS))}),
};

const struct capgate_flat capgate_flat_service = {
	.seen = {.engine = "docker",
		 .thing = "service",
		 .how = RESOLVED,
		 .dialect = CAPGATE_DIALECT_SWARM},
	.shape = &service,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
};

/* ---- Plugins ----------------------------------------------------------------- */

static const struct capgate_shape plugin_config = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS(
		{"Linux", MAYBE(.members = MEMBERS({"Capabilities", CAPS(REQUEST_CAP_ADD)}))},
		{"Network", MAYBE(.members = MEMBERS({"Type", MAYBE_STRING(REQUEST_NETWORK)}))},
		{"Mounts", LIST(MAYBE(.field = REQUEST_MOUNT,
				      .members = MEMBERS(
					      {"Type", SHAPE(.field = REQUEST_MOUNT_TYPE)},
					      {"Source", SHAPE(.field = REQUEST_MOUNT_SOURCE)})))}),
};

static const struct capgate_shape plugin = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS({"Id", STRING(REQUEST_ID)}, {"Name", STRING(REQUEST_NAME)},
			   {"Config", &plugin_config}),
};

static const char *plugin_untold(struct capgate_request *r, enum capgate_rule *rule)
{
	(void)rule;
	return r->has_keys ? NULL
			   : "it has no Config.Linux.Capabilities; docker plugin inspect NAME "
			     "prints them";
}

/* The listed capabilities are added to the default list (moby, plugin/v2, InitSpec). */
const struct capgate_flat capgate_flat_plugin = {
	.seen = {.engine = "docker",
		 .thing = "plugin",
		 .how = RESOLVED,
		 .dialect = CAPGATE_DIALECT_DOCKER},
	.shape = &plugin,
	.resolve = capgate_request_resolve_docker,
	.untold = plugin_untold,
};
