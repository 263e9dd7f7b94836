/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what `buildah inspect` prints for a working container (buildah, BuilderInfo): the set
 * that its commands get, unless `buildah run` has other options. */
#include "kinds.h"

#include "lib/base/base.h"

enum { FIELD_SET = REQUEST_FIELDS, FIELD_ENTRY, FIELD_NAMESPACE, FIELD_HOST };

static const struct capgate_shape namespace = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.members = MEMBERS({"Name", STRING(FIELD_NAMESPACE)}, {"Host", BOOL(FIELD_HOST)}),
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS({"Container", STRING(REQUEST_NAME)}, {"ContainerID", STRING(REQUEST_ID)},
			   {"FromImage", STRING(REQUEST_IMAGE)},
			   {"NamespaceOptions", LIST(&namespace)},
			   {"Capabilities", LIST(STRING(FIELD_ENTRY), .field = FIELD_SET)}),
};

static void host_namespace(struct capgate_request *r)
{
	r->host_network |= capgate_text_is(r->option, "network");
	r->host_pid |= capgate_text_is(r->option, "pid");
	r->host_ipc |= capgate_text_is(r->option, "ipc");
}

static int buildah_member(struct capgate_request *r, int field,
			  const struct capgate_json_event *event)
{
	int cap;

	if (field == FIELD_NAMESPACE) {
		r->option = event->text;
	} else if (field == FIELD_HOST) {
		if (event->truth)
			host_namespace(r);
	} else if (field == FIELD_SET) {
		r->has_sets = true; /* Go writes null for an empty list */
	} else if ((cap = capgate_cap_lenient(event->text)) >= 0) {
		r->bounding = r->effective = capgate_set_or(r->bounding, capgate_set_of(cap));
	} else {
		r->unknown = event->text;
	}
	return 0;
}

static const char *buildah_untold(struct capgate_request *r, enum capgate_rule *rule)
{
	if (r->has_sets && r->seen.name.len)
		return NULL;
	*rule = r->seen.name.len ? CAPGATE_RULE_NOT_TOLD : CAPGATE_RULE_OTHER_DOCUMENT;
	return r->seen.name.len
		       ? "it has no Capabilities; buildah inspect prints them"
		       : "this is an image; pass the output of buildah inspect for a container";
}

const struct capgate_flat capgate_flat_buildah = {
	.seen = {.engine = "buildah",
		 .thing = "container",
		 .how = "as buildah prints its set, which buildah run --cap-add can change",
		 .dialect = CAPGATE_DIALECT_PODMAN},
	.shape = &shape,
	.own = buildah_member,
	.untold = buildah_untold,
};
