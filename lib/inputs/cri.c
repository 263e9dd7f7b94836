/* SPDX-License-Identifier: Apache-2.0 */
/* Reads container configurations of the CRI, as for `crictl create` (CRI API v1,
 * ContainerConfig). */
#include "asked.h"
#include "kinds.h"

#include "lib/base/base.h"

enum {
	FIELD_NETWORK = REQUEST_FIELDS,
	FIELD_PID,
	FIELD_IPC,
	FIELD_PROFILE,
	FIELD_HOST_PATH,
	FIELD_DROP,
	FIELD_OTHER_NAME
};

static const struct capgate_shape options = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.members = MEMBERS({"network", SHAPE(.field = FIELD_NETWORK)},
			   {"pid", SHAPE(.field = FIELD_PID)}, {"ipc", SHAPE(.field = FIELD_IPC)}),
};

static const struct capgate_shape security = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.members = MEMBERS(
		{"capabilities",
		 MAYBE(.members =
			       MEMBERS({"add_capabilities", CAPS(REQUEST_CAP_ADD)},
				       {"drop_capabilities",
					LIST(STRING(FIELD_DROP), .field = REQUEST_CAP_DROP_LIST)},
				       {"add_ambient_capabilities", STRINGS(REQUEST_CAP_ADD)},
				       {"addCapabilities", VALUE(FIELD_OTHER_NAME)},
				       {"addAmbientCapabilities", VALUE(FIELD_OTHER_NAME)}))},
		{"privileged", BOOL(REQUEST_PRIVILEGED)},
		{"no_new_privs", BOOL(REQUEST_NO_NEW_PRIVS)}, {"namespace_options", &options},
		{"seccomp",
		 MAYBE(.members = MEMBERS({"profile_type", SHAPE(.field = FIELD_PROFILE)}))},
		{"seccomp_profile_path", MAYBE_STRING(REQUEST_SECCOMP)},
		{"run_as_user", MAYBE(.members = MEMBERS({"value", NUMBER(REQUEST_UID)}))},
		{"run_as_username", MAYBE_STRING(REQUEST_USER)}),
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(
		{"metadata", MAYBE(.members = MEMBERS({"name", STRING(REQUEST_NAME)}))},
		{"image", MAYBE(.members = MEMBERS({"image", STRING(REQUEST_IMAGE)}))},
		{"linux", MAYBE(.members = MEMBERS({"security_context", &security},
						   {"securityContext", VALUE(FIELD_OTHER_NAME)}))},
		{"mounts",
		 LIST(MAYBE(.field = REQUEST_MOUNT,
			    .members = MEMBERS(
				    {"host_path", SHAPE(.field = FIELD_HOST_PATH)},
				    {"readonly", SHAPE(.field = REQUEST_MOUNT_READ_ONLY)})))}),
};

/* Reads enumerations, by number or by name: NODE is 2, Unconfined is 1.  Readers of protocol
 * buffers accept both. */
static int cri_member(struct capgate_request *r, int field, const struct capgate_json_event *event)
{
	const bool node = capgate_text_is(event->text, "2") || capgate_text_is(event->text, "NODE");

	if (field == FIELD_OTHER_NAME) {
		r->driver = capgate_text_of("securityContext");
	} else if (field == FIELD_DROP) {
		if (!capgate_asked_has_prefix(event->text))
			capgate_asked_drop(r, event->text);
	} else if (field == FIELD_HOST_PATH) {
		if (r->n_mounts) {
			r->mounts[r->n_mounts - 1].source = event->text;
			r->mounts[r->n_mounts - 1].bind = true;
		}
	} else if (field == FIELD_NETWORK) {
		r->host_network = node;
	} else if (field == FIELD_PID) {
		r->host_pid = node;
	} else if (field == FIELD_IPC) {
		r->host_ipc = node;
	} else {
		r->unconfined = capgate_text_is(event->text, "1") ||
				capgate_text_is(event->text, "Unconfined");
	}
	return 0;
}

static const char *cri_untold(struct capgate_request *r, enum capgate_rule *rule)
{
	(void)rule;
	return r->driver.len ? "it has securityContext or addCapabilities, which only some "
			       "versions of crictl read as security_context and "
			       "add_capabilities; write them so"
			     : NULL;
}

const struct capgate_flat capgate_flat_cri = {
	.seen = {.engine = "cri",
		 .thing = "container",
		 .how = "resolved against containerd's default list, which is wider than CRI-O's",
		 .dialect = CAPGATE_DIALECT_CRI},
	.shape = &shape,
	.resolve = capgate_request_resolve_containerd,
	.own = cri_member,
	.untold = cri_untold,
};
