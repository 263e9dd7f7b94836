/* SPDX-License-Identifier: Apache-2.0 */
#include "surroundings.h"

#include "hook/engines/engines.h"
#include "waysout.h"

static const struct capgate_way_out *way_of(const struct logged *e)
{
	return capgate_way_out_of(capgate_rule_find(e->rule));
}

bool surroundings_decided(const struct logged *e)
{
	return way_of(e) != NULL;
}

static bool made_by(const struct logged *e, enum identity engine)
{
	return capgate_text_is(e->engine, identity_engine_name(engine));
}

static void out_security_context(struct capgate_out *out, const struct capgate_way_text *text)
{
	if (text->add)
		capgate_out_format(out, "securityContext: {%s}", text->add);
	if (text->without)
		capgate_out_format(out, "%s%s", text->add ? ", " : "", text->without);
}

static void out_command(struct capgate_out *out, const char *command,
			const struct capgate_way_text *text)
{
	capgate_out_string(out, command);
	if (text->add)
		capgate_out_format(out, " %s", text->add);
	capgate_out_string(out, " ...");
	if (text->without)
		capgate_out_format(out, ", %s", text->without);
}

void surroundings_flag(const struct logged *e, struct capgate_out *out)
{
	const struct capgate_way_out *way = way_of(e);

	if (made_by(e, IDENTITY_CRIO) || made_by(e, IDENTITY_CONTAINERD))
		out_security_context(out, &way->kubernetes);
	else if (made_by(e, IDENTITY_DOCKER))
		out_command(out, "docker run", &way->docker);
	else
		out_command(out, made_by(e, IDENTITY_BUILDAH) ? "podman build" : "podman run",
			    &way->podman);
}

void surroundings_instead(const struct logged *e, struct capgate_out *out)
{
	capgate_out_string(out, way_of(e)->instead);
}

void surroundings_exemption(const struct logged *e, struct capgate_out *out)
{
	waysout_exempt(e, way_of(e)->exempt, out);
}
