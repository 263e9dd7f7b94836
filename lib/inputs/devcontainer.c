/* SPDX-License-Identifier: Apache-2.0 */
/* devcontainer.json (containers.dev, "Dev Container metadata reference"). */
#include "kinds.h"

#include "lib/base/base.h"

enum { FIELD_FEATURE = REQUEST_FIELDS, FIELD_COMPOSE };

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members =
		MEMBERS({"name", STRING(REQUEST_NAME)}, {"image", STRING(REQUEST_IMAGE)},
			{"containerUser", STRING(REQUEST_USER)}, {"capAdd", CAPS(REQUEST_CAP_ADD)},
			{"privileged", BOOL(REQUEST_PRIVILEGED)},
			{"securityOpt", STRINGS(REQUEST_SECURITY_OPTION)},
			{"runArgs", STRINGS(REQUEST_ARGUMENT)},
			{"features", MAYBE(.each = SHAPE(.field = FIELD_FEATURE))},
			{"dockerComposeFile", SHAPE(.field = FIELD_COMPOSE)}),
};

static int devcontainer_member(struct capgate_request *r, int field,
			       const struct capgate_json_event *event)
{
	if (event->kind != CAPGATE_JSON_END && !capgate_text_is(r->driver, "compose"))
		r->driver = capgate_text_of(field == FIELD_COMPOSE ? "compose" : "features");
	return 0;
}

static const char *devcontainer_untold(struct capgate_request *r, enum capgate_rule *rule)
{
	(void)rule;
	if (capgate_text_is(r->driver, "compose"))
		return "its container is a service of a compose file; docker compose config "
		       "--format json prints that";
	return r->driver.len
		       ? "its features may add capabilities or privileged; devcontainer "
			 "read-configuration --include-merged-configuration prints all of it, "
			 "docker inspect the container"
		       : NULL;
}

const struct capgate_flat capgate_flat_devcontainer = {
	.seen = {.engine = "devcontainer",
		 .thing = "container",
		 .how = "resolved against Docker's default list, without what labels of the image "
			"add",
		 .dialect = CAPGATE_DIALECT_DOCKER},
	.shape = &shape,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
	.comments = true,
	.own = devcontainer_member,
	.untold = devcontainer_untold,
};
