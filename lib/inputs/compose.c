/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads compose files (compose-spec, 05-services.md), and the output of `docker compose config`
 * and `docker stack config`: services, resolved as Docker would.
 */
#include "kinds.h"

#include "lib/base/base.h"

enum { FIELD_PROVIDER = REQUEST_FIELDS, FIELD_BUILD };

static const struct capgate_shape volume = {
	.field = REQUEST_MOUNT,
	.members = MEMBERS({"type", SHAPE(.field = REQUEST_MOUNT_TYPE)},
			   {"source", SHAPE(.field = REQUEST_MOUNT_SOURCE)},
			   {"read_only", SHAPE(.field = REQUEST_MOUNT_READ_ONLY)}),
};

static const struct capgate_shape truth = {
	.types = CAPGATE_T_BOOL | CAPGATE_T_STRING,
	.field = REQUEST_PRIVILEGED,
};

/* A command that is executed in the container.  A privileged one holds everything. */
static const struct capgate_shape hook = {
	.types = CAPGATE_T_OBJECT | CAPGATE_T_NULL,
	.members = MEMBERS({"privileged", &truth}),
};

static const struct capgate_shape service = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(
		{"container_name", STRING(REQUEST_ID)}, {"image", STRING(REQUEST_IMAGE)},
		{"user",
		 SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_NUMBER, .field = REQUEST_USER)},
		{"cap_add", CAPS(REQUEST_CAP_ADD)}, {"cap_drop", CAPS(REQUEST_CAP_DROP)},
		{"privileged", &truth}, {"post_start", LIST(&hook)}, {"pre_stop", LIST(&hook)},
		{"develop",
		 MAYBE(.members = MEMBERS(
			       {"watch", LIST(MAYBE(.members = MEMBERS({"exec", &hook})))}))},
		{"security_opt", STRINGS(REQUEST_SECURITY_OPTION)},
		{"network_mode", MAYBE_STRING(REQUEST_NETWORK)}, {"pid", MAYBE_STRING(REQUEST_PID)},
		{"ipc", MAYBE_STRING(REQUEST_IPC)}, {"platform", MAYBE_STRING(REQUEST_PLATFORM)},
		{"extends", SHAPE(.field = REQUEST_EXTENDED)},
		{"provider", SHAPE(.field = FIELD_PROVIDER)},
		{"build", SHAPE(.field = FIELD_BUILD)},
		/* a hash, or a list of "name=value" */
		{"sysctls", SHAPE(.each = SHAPE(.field = REQUEST_SYSCTLS))},
		{"volumes", SHAPE(.each = &volume)}),
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"include", SHAPE(.field = REQUEST_EXTENDED)},
			   {"services", SHAPE(.types = CAPGATE_T_OBJECT, .each = &service)}),
};

static int compose_member(struct capgate_request *r, int field,
			  const struct capgate_json_event *event)
{
	if (event->kind == CAPGATE_JSON_END)
		return 0;
	/* A program that does not know providers runs a service that has an image. */
	if (field == FIELD_BUILD || !r->driver.len)
		r->driver = capgate_text_of(field == FIELD_BUILD ? "build" : "provider");
	return 0;
}

static const char *compose_untold(struct capgate_request *r, enum capgate_rule *rule)
{
	if (r->extended)
		return "the service extends another, which can add and drop capabilities; docker "
		       "compose config --format json prints the result";
	if (r->variable)
		return "a variable sets its capabilities; docker compose config --format json "
		       "prints the value";
	if (!capgate_text_is(r->driver, "provider") || r->seen.image.len)
		return NULL;
	*rule = CAPGATE_RULE_LEFT_OUT;
	return "a provider runs this service, not a container";
}

const struct capgate_flat capgate_flat_compose = {
	.seen = {.engine = "compose",
		 .thing = "service",
		 .how = "resolved against Docker's default list, not read from a specification",
		 .dialect = CAPGATE_DIALECT_COMPOSE},
	.shape = &shape,
	.resolve = capgate_request_resolve_docker,
	.docker_sysctls = true,
	.named_by_key = true,
	.own = compose_member,
	.untold = compose_untold,
	.elsewhere = "the file includes others, whose services are not judged here; docker compose "
		     "config --format json prints all of them",
};
