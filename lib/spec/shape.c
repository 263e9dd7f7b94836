/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects of the runtime specification (config.md, config-linux.md, 1.0 to 1.3) as tables.
 * A row has two effects: a key that some reader folds to a known member is refused, and a value
 * must have the given type.
 *
 * Types are given only on the path to what decides about capabilities.  Elsewhere runtimes
 * check the types.  Members that no version of the specification has are ignored by every
 * runtime, so they are allowed.
 */
#include "fields.h"
#include "spec.h"

/* Go writes null for a missing optional member. */
#define NUMBER(f) SHAPE(.types = CAPGATE_T_NUMBER | CAPGATE_T_NULL, .field = (f))

/* ---- process ------------------------------------------------------------- */

#define SET(which) \
	SHAPE(.types = CAPGATE_T_ARRAY, .field = FIELD_SET + (which), \
	      .each = VALUE(FIELD_ELEMENT + (which)), .expected = "an array of capability names")

static const struct capgate_shape capabilities = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.field = FIELD_CAPABILITIES,
	.expected = "an object that holds the five sets (old engines wrote a bare list here)",
	.members =
		MEMBERS({"bounding", SET(CAPGATE_BOUNDING)}, {"effective", SET(CAPGATE_EFFECTIVE)},
			{"inheritable", SET(CAPGATE_INHERITABLE)},
			{"permitted", SET(CAPGATE_PERMITTED)}, {"ambient", SET(CAPGATE_AMBIENT)}),
};

static const struct capgate_shape user = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"uid", SHAPE(.types = CAPGATE_T_NUMBER, .field = FIELD_UID)},
			   {"gid", SHAPE(.types = CAPGATE_T_NUMBER, .field = FIELD_GID)}, {"umask"},
			   {"additionalGids"}, {"username"}),
};

#define STRINGS(f) \
	SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(f), .expected = "an array of strings")

#define NO_NEW_PRIVS SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_NO_NEW_PRIVS)

const struct capgate_shape capgate_shape_process = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_PROCESS,
	.members = MEMBERS(
		{"terminal", VALUE(FIELD_TERMINAL)}, {"consoleSize"}, {"user", &user},
		{"args", STRINGS(FIELD_ARG)}, {"commandLine"}, {"env", STRINGS(FIELD_ENV)},
		{"cwd", VALUE(FIELD_CWD)}, {"capabilities", &capabilities}, {"rlimits"},
		{"noNewPrivileges", NO_NEW_PRIVS},
		{"apparmorProfile"}, {"oomScoreAdj"}, {"scheduler"}, {"selinuxLabel"},
		{"ioPriority"}, {"execCPUAffinity"}),
};

/* ---- linux ---------------------------------------------------------------- */

static const struct capgate_shape namespaces = {
	.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL,
	.each = SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_NAMESPACE,
		      .members = MEMBERS({"type", STRING(FIELD_NAMESPACE_TYPE)},
					 {"path", SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_NULL,
							.field = FIELD_NAMESPACE_PATH)})),
};

#define IDMAP(f) \
	SHAPE(.each = SHAPE(.field = (f), .members = MEMBERS({"containerID", VALUE((f) + 1)}, \
							     {"hostID", VALUE((f) + 2)}, \
							     {"size", VALUE((f) + 3)})))

static const struct capgate_shape seccomp_arg = {
	.field = FIELD_SECCOMP_ARG,
	.members = MEMBERS({"index", VALUE(FIELD_SECCOMP_ARG_INDEX)},
			   {"value", VALUE(FIELD_SECCOMP_ARG_VALUE)},
			   {"valueTwo", VALUE(FIELD_SECCOMP_ARG_VALUE_TWO)},
			   {"op", VALUE(FIELD_SECCOMP_ARG_OP)}),
};

/* Types are given here, too, because a filter can prevent capabilities from being dropped. */
static const struct capgate_shape seccomp_rule = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_SECCOMP_RULE,
	.members = MEMBERS({"names", SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL,
					   .each = STRING(FIELD_SECCOMP_NAME),
					   .expected = "an array of strings")},
			   {"action", STRING(FIELD_SECCOMP_ACTION)},
			   {"errnoRet", NUMBER(FIELD_SECCOMP_ERRNO)},
			   {"args", SHAPE(.each = &seccomp_arg)}),
};

static const struct capgate_shape seccomp = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.field = FIELD_SECCOMP,
	.members = MEMBERS({"defaultAction", STRING(FIELD_SECCOMP_DEFAULT)},
			   {"defaultErrnoRet", NUMBER(FIELD_SECCOMP_DEFAULT_ERRNO)},
			   {"architectures", SHAPE(.each = VALUE(FIELD_SECCOMP_ARCH))}, {"flags"},
			   {"listenerPath"}, {"listenerMetadata"},
			   {"syscalls", SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL,
					      .field = FIELD_SECCOMP_SYSCALLS,
					      .each = &seccomp_rule)}),
};

/* Types are given here, too, as for mounts: runtimes read the number of capabilities from a file
 * in the container, which these can replace. */
#define LIST(f) \
	SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .each = STRING(f), \
	      .expected = "an array of strings")

static const struct capgate_shape devices = {
	.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL,
	.each = SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_DEVICE,
		      .members = MEMBERS({"path", STRING(FIELD_DEVICE_PATH)}, {"type"}, {"major"},
					 {"minor"}, {"fileMode"}, {"uid"}, {"gid"})),
};

static const struct capgate_shape sysctl = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.field = FIELD_SYSCTL,
	.each = VALUE(FIELD_SYSCTL_VALUE),
};

static const struct capgate_shape linux_ = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.field = FIELD_LINUX,
	.members = MEMBERS(
		{"uidMappings", IDMAP(FIELD_UIDMAP)}, {"gidMappings", IDMAP(FIELD_GIDMAP)},
		{"sysctl", &sysctl}, {"resources"}, {"cgroupsPath", VALUE(FIELD_CGROUPS_PATH)},
		{"namespaces", &namespaces}, {"devices", &devices}, {"netDevices"},
		{"seccomp", &seccomp}, {"rootfsPropagation", VALUE(FIELD_ROOTFS_PROPAGATION)},
		{"maskedPaths", LIST(FIELD_MASKED)},
		{"readonlyPaths", LIST(FIELD_READONLY_PATH)}, {"mountLabel"},
		{"intelRdt"}, {"memoryPolicy"}, {"personality"},
		{"timeOffsets", SHAPE(.each = VALUE(FIELD_TIME_OFFSET))}),
};

/* ---- the rest --------------------------------------------------------------- */

static const struct capgate_shape hook_list = {
	.each = SHAPE(.field = FIELD_HOOK,
		      .members = MEMBERS({"path", VALUE(FIELD_HOOK_PATH)},
					 {"args", SHAPE(.each = VALUE(FIELD_HOOK_ARG))}, {"env"},
					 {"timeout"})),
};

static const struct capgate_shape hooks = {
	.members = MEMBERS({"prestart", &hook_list}, {"createRuntime", &hook_list},
			   {"createContainer", &hook_list}, {"startContainer", &hook_list},
			   {"poststart", &hook_list}, {"poststop", &hook_list}),
};

#define STRING_OR_NULL(f) SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_NULL, .field = (f))

static const struct capgate_shape mount = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_MOUNT,
	.members = MEMBERS({"destination", STRING(FIELD_MOUNT_DESTINATION)},
			   {"type", STRING_OR_NULL(FIELD_MOUNT_TYPE)},
			   {"source", STRING_OR_NULL(FIELD_MOUNT_SOURCE)},
			   {"options", LIST(FIELD_MOUNT_OPTION)}, {"uidMappings"}, {"gidMappings"}),
};

static const struct capgate_shape mounts = {
	.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL,
	.field = FIELD_MOUNTS,
	.each = &mount,
};

const struct capgate_shape capgate_shape_config = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_TOP,
	.members = MEMBERS(
		{"ociVersion"}, {"hooks", &hooks},
		{"annotations", SHAPE(.each = VALUE(FIELD_ANNOTATION))},
		{"hostname", VALUE(FIELD_HOSTNAME)}, {"domainname"}, {"mounts", &mounts},
		{"root", SHAPE(.members = MEMBERS({"path", VALUE(FIELD_ROOT_PATH)},
						  {"readonly", VALUE(FIELD_ROOT_READONLY)}))},
		{"process", &capgate_shape_process}, {"linux", &linux_}, {"solaris"}, {"windows"},
		{"vm"}, {"zos"}),
};

/* ---- What a rewrite changes ------------------------------------------------ */

const struct capgate_shape capgate_shape_edited_process = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_PROCESS,
	.closed = true,
	.members = MEMBERS({"capabilities", &capabilities}, {"noNewPrivileges", NO_NEW_PRIVS},
			   {CAPGATE_EDITED_REST}),
};

const struct capgate_shape capgate_shape_edited_config = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_TOP,
	.closed = true,
	.members = MEMBERS(
		{"process", &capgate_shape_edited_process},
		{"linux", SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_LINUX, .closed = true,
				.members = MEMBERS({"sysctl", &sysctl}, {"seccomp", &seccomp},
						   {CAPGATE_EDITED_REST}))}),
};
