/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of pods, of objects with a template of pods, and of lists of them (Kubernetes
 * API, core/v1, apps/v1, batch/v1) that matter.
 */
#include "kubernetes.h"

#define PROFILE(f) MAYBE(.members = MEMBERS({"type", STRING(f)}))

static const struct capgate_shape container = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_CONTAINER,
	.members = MEMBERS(
		{"name", STRING(REQUEST_NAME)}, {"image", STRING(REQUEST_IMAGE)},
		{"securityContext",
		 MAYBE(.field = FIELD_SECURITY,
		       .members = MEMBERS(
			       {"capabilities",
				MAYBE(.field = FIELD_CAPABILITIES,
				      .members = MEMBERS(
					      {"add", CAPS(REQUEST_CAP_ADD)},
					      {"drop", LIST(STRING(FIELD_DROP),
							    .field = REQUEST_CAP_DROP_LIST)}))},
			       {"privileged", BOOL(REQUEST_PRIVILEGED)},
			       {"allowPrivilegeEscalation", BOOL(FIELD_ESCALATION)},
			       {"runAsUser", NUMBER(REQUEST_UID)},
			       {"seccompProfile", PROFILE(FIELD_SECCOMP)}))},
		/* The source of a mount is the name of its volume, until the end of the pod. */
		{"volumeMounts",
		 LIST(MAYBE(.field = FIELD_MOUNT,
			    .members = MEMBERS({"name", STRING(REQUEST_MOUNT_SOURCE)},
					       {"readOnly", BOOL(REQUEST_MOUNT_READ_ONLY)})))}),
};

static const struct capgate_shape pod_security = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.field = FIELD_POD_SECURITY,
	.members =
		MEMBERS({"runAsUser", NUMBER(FIELD_POD_USER)},
			{"seccompProfile", PROFILE(FIELD_POD_SECCOMP)},
			{"sysctls",
			 LIST(MAYBE(.members = MEMBERS({"name", STRING(REQUEST_SYSCTL_NAME)},
						       {"value", STRING(REQUEST_SYSCTL_VALUE)})))}),
};

static const struct capgate_shape volumes = {
	.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL,
	/* of a PodSecurityPolicy: words */
	.each = SHAPE(.field = FIELD_VOLUME,
		      .members = MEMBERS(
			      {"name", STRING(FIELD_VOLUME_NAME)},
			      {"hostPath",
			       MAYBE(.members = MEMBERS({"path", STRING(FIELD_VOLUME_PATH)}))})),
};

#define CONTAINERS LIST(&container, .field = FIELD_CONTAINERS)
#define POD_MEMBERS \
	{"containers", CONTAINERS}, {"initContainers", CONTAINERS}, \
		{"ephemeralContainers", CONTAINERS}, {"hostNetwork", BOOL(FIELD_HOST_NETWORK)}, \
		{"hostPID", BOOL(FIELD_HOST_PID)}, {"hostIPC", BOOL(FIELD_HOST_IPC)}, \
		{"hostUsers", BOOL(FIELD_HOST_USERS)}, {"securityContext", &pod_security}, \
		{"volumes", &volumes}, \
		{"os", MAYBE(.members = MEMBERS({"name", STRING(FIELD_OS)}))}, \
	{ \
		"nodeSelector", MAYBE(.members = MEMBERS({"kubernetes.io/os", STRING(FIELD_OS)})) \
	}

static const struct capgate_shape template = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"spec", SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_TEMPLATE_POD,
					  .members = MEMBERS(POD_MEMBERS))}),
};

static const struct capgate_shape job_template = {
	.members = MEMBERS({"spec", SHAPE(.members = MEMBERS({"template", &template}))}),
};

/* The spec of a pod, of a deployment with a template, or of a cron job with a job. */
#define OBJECT_MEMBERS \
	{"kind", STRING(FIELD_KIND)}, {"template", &template}, /* of PodTemplate */ \
		{"metadata", SHAPE(.members = MEMBERS({"name", STRING(FIELD_OBJECT_NAME)}))}, \
	{ \
		"spec", SHAPE(.field = FIELD_POD, \
			      .members = MEMBERS(POD_MEMBERS, {"template", &template}, \
						 {"jobTemplate", &job_template})) \
	}

static const struct capgate_shape object = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_OBJECT,
	.members = MEMBERS(OBJECT_MEMBERS),
};

const struct capgate_shape capgate_shape_kubernetes = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_OBJECT,
	.members = MEMBERS(OBJECT_MEMBERS, {"items", LIST(&object)}, {"object", &object}),
};
