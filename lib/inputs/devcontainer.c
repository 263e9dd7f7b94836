/* SPDX-License-Identifier: Apache-2.0 */
/* Reads devcontainer.json (containers.dev, "Dev Container metadata reference"). */
#include "kinds.h"

#include "lib/base/base.h"

enum { FIELD_FEATURE = REQUEST_FIELDS, FIELD_COMPOSE };

#define DEV_MEMBERS \
	{"name", STRING(REQUEST_NAME)}, {"image", STRING(REQUEST_IMAGE)}, \
		{"containerUser", STRING(REQUEST_USER)}, {"capAdd", CAPS(REQUEST_CAP_ADD)}, \
		{"privileged", BOOL(REQUEST_PRIVILEGED)}, \
		{"securityOpt", STRINGS(REQUEST_SECURITY_OPTION)}, \
		{"runArgs", STRINGS(REQUEST_ARGUMENT)}, \
	{ \
		"dockerComposeFile", SHAPE(.field = FIELD_COMPOSE) \
	}

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.field = REQUEST_CONTAINER,
	.members = MEMBERS(DEV_MEMBERS, {"features", MAYBE(.each = SHAPE(.field = FIELD_FEATURE))}),
};

/* The output of `devcontainer read-configuration` has that object as a member.  The merged one
 * includes what features and the image's labels add. */
static const struct capgate_shape read_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"configuration", &shape}),
};

static const struct capgate_shape merged_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS(
		{"mergedConfiguration", SHAPE(.types = CAPGATE_T_OBJECT, .field = REQUEST_CONTAINER,
					      .members = MEMBERS(DEV_MEMBERS))}),
};

static int devcontainer_member(struct capgate_request *r, int field,
			       const struct capgate_json_event *event)
{
	if (event->kind != CAPGATE_JSON_END && !capgate_text_is(r->driver, "compose"))
		r->driver = capgate_text_of(field == FIELD_COMPOSE ? "compose" : "features");
	return 0;
}

#define PRINTED \
	"; pass the output of devcontainer read-configuration --include-merged-configuration, or " \
	"of docker inspect for the container"

static const char *merged_untold(struct capgate_request *r, enum capgate_rule *rule)
{
	(void)rule;
	if (capgate_text_is(r->driver, "compose"))
		return "its container is a service of a compose file; judge the output of docker "
		       "compose config --format json";
	return r->has_keys ? NULL : "it says nothing about capabilities" PRINTED;
}

/* Features and labels of the image may add capabilities, unless it has all already. */
static const char *devcontainer_untold(struct capgate_request *r, enum capgate_rule *rule)
{
	const char *why = merged_untold(r, rule);

	if (capgate_text_is(r->driver, "compose") || r->privileged)
		return why;
	if (r->driver.len)
		return "its features can add capabilities or privileged" PRINTED;
	r->seen.partial = true;
	r->seen.why = "labels of its image can add capabilities or privileged" PRINTED;
	return why ? r->seen.why : NULL;
}

#define DEV_FLAT(words, its_shape, its_untold) \
	.seen = {.engine = "devcontainer", \
		 .thing = "container", \
		 .how = (words), \
		 .dialect = CAPGATE_DIALECT_DOCKER}, \
	.shape = (its_shape), .resolve = capgate_request_resolve_docker, .docker_sysctls = true, \
	.own = devcontainer_member, .untold = (its_untold)
#define NO_LABELS \
	"resolved against Docker's default list, without the capabilities that labels of the " \
	"image add"

const struct capgate_flat capgate_flat_devcontainer = {
	DEV_FLAT(NO_LABELS, &shape, devcontainer_untold), .comments = true};
const struct capgate_flat capgate_flat_devcontainer_read = {
	DEV_FLAT(NO_LABELS, &read_shape, devcontainer_untold)};
const struct capgate_flat capgate_flat_devcontainer_merged = {
	DEV_FLAT("resolved against Docker's default list", &merged_shape, merged_untold)};
