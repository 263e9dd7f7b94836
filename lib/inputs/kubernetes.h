/* SPDX-License-Identifier: Apache-2.0 */
/* The values that kubernetes_shape.c selects from the output of kubectl, for kubernetes.c. */
#ifndef CAPGATE_KUBERNETES_H
#define CAPGATE_KUBERNETES_H

#include "kinds.h"

/* In addition to the common ones in request.h. */
enum {
	FIELD_OBJECT = REQUEST_FIELDS,
	FIELD_OBJECT_NAME,
	FIELD_KIND,
	FIELD_POD,
	FIELD_TEMPLATE_POD,
	FIELD_POD_SECURITY,
	FIELD_CONTAINERS,
	FIELD_POD_USER,
	FIELD_POD_SECCOMP,
	FIELD_HOST_NETWORK,
	FIELD_HOST_PID,
	FIELD_HOST_IPC,
	FIELD_HOST_USERS,
	FIELD_OS,
	FIELD_VOLUME,
	FIELD_VOLUME_NAME,
	FIELD_VOLUME_PATH,
	FIELD_CONTAINER,
	FIELD_SECURITY,
	FIELD_CAPABILITIES,
	FIELD_DROP,
	FIELD_ESCALATION,
	FIELD_SECCOMP,
	FIELD_MOUNT,
};

extern const struct capgate_shape capgate_shape_kubernetes;

#endif
