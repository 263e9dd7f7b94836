/* SPDX-License-Identifier: Apache-2.0 */
/* The fields that spec.c reads, and the tables that use them. */
#ifndef CAPGATE_SPEC_H
#define CAPGATE_SPEC_H

#include "lib/json/json.h"

/* In groups: spec.c compares with the first of a group, and passes the whole group to one
 * reader. */
enum capgate_field {
	FIELD_NONE,
	FIELD_TOP,
	FIELD_HOSTNAME,
	FIELD_ROOT_PATH,
	FIELD_ROOT_READONLY,
	FIELD_CGROUPS_PATH,
	FIELD_LINUX,
	FIELD_SYSCTL,
	FIELD_SYSCTL_VALUE,
	FIELD_ANNOTATION,
	FIELD_TIME_OFFSET,
	FIELD_ROOTFS_PROPAGATION,

	FIELD_PROCESS,
	FIELD_CAPABILITIES,
	FIELD_UID,
	FIELD_GID,
	FIELD_NO_NEW_PRIVS,
	FIELD_ARG,
	FIELD_ENV,
	FIELD_CWD,
	FIELD_TERMINAL,

	FIELD_NAMESPACE,
	FIELD_NAMESPACE_TYPE,
	FIELD_NAMESPACE_PATH,

	FIELD_UIDMAP,
	FIELD_UIDMAP_CONTAINER,
	FIELD_UIDMAP_HOST,
	FIELD_UIDMAP_SIZE,
	FIELD_GIDMAP,
	FIELD_GIDMAP_CONTAINER,
	FIELD_GIDMAP_HOST,
	FIELD_GIDMAP_SIZE,

	FIELD_HOOK,
	FIELD_HOOK_PATH,
	FIELD_HOOK_ARG,

	FIELD_MOUNTS,
	FIELD_MOUNT,
	FIELD_MOUNT_DESTINATION,
	FIELD_MOUNT_TYPE,
	FIELD_MOUNT_SOURCE,
	FIELD_MOUNT_OPTION,
	FIELD_MASKED,
	FIELD_READONLY_PATH,
	FIELD_DEVICE,
	FIELD_DEVICE_PATH,

	FIELD_SECCOMP,
	FIELD_SECCOMP_DEFAULT,
	FIELD_SECCOMP_DEFAULT_ERRNO,
	FIELD_SECCOMP_ARCH,
	FIELD_SECCOMP_SYSCALLS,
	FIELD_SECCOMP_RULE,
	FIELD_SECCOMP_ACTION,
	FIELD_SECCOMP_ERRNO,
	FIELD_SECCOMP_NAME,
	FIELD_SECCOMP_ARG,
	FIELD_SECCOMP_ARG_INDEX,
	FIELD_SECCOMP_ARG_VALUE,
	FIELD_SECCOMP_ARG_VALUE_TWO,
	FIELD_SECCOMP_ARG_OP,

	/* One for each of enum capgate_which. */
	FIELD_SET = 100,
	FIELD_ELEMENT = 110,
};

extern const struct capgate_shape capgate_shape_config;  /* config.json */
extern const struct capgate_shape capgate_shape_process; /* process, alone too */
/* The members of both that a rewrite of the sets changes; see spec.h. */
extern const struct capgate_shape capgate_shape_edited_config;
extern const struct capgate_shape capgate_shape_edited_process;

#endif
