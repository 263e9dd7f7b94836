/* SPDX-License-Identifier: Apache-2.0 */
#include "surroundings.h"

#include "hook/engines/engines.h"
#include "waysout.h"

/* What a command leaves out, what a pod has in its place, what does instead, and
 * what an exemption has beside match and reason. */
static const struct way {
	const char *id, *command, *pod, *instead, *gives;
} ways[] = {
	{"CPG107", "without --security-opt seccomp=FILE",
	 "securityContext: {seccompProfile: {type: RuntimeDefault}}",
	 "errnoRet 1 for the call in that profile: it makes runtimes stop", "\"allow\": [\"ALL\"]"},
	{"CPG108", "without -v and --mount on /, /proc and /proc/sys",
	 "no volumeMounts at /, /proc and /proc/sys",
	 "--sysctl NAME=VALUE for a sysctl, -v /proc:/host/proc:ro for the host's; a config.json "
	 "of "
	 "your own: {\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}",
	 "\"allow\": [\"ALL\"]"},
	{"CPG109", "without --security-opt seccomp=FILE",
	 "securityContext: {seccompProfile: {type: RuntimeDefault}}",
	 "SCMP_ACT_LOG or SCMP_ACT_ERRNO for the call in that profile",
	 "\"seccomp\": [\"SCMP_ACT_NOTIFY\", \"SCMP_ACT_TRACE\"]"},
	{"CPG110", "without --annotation org.criu.config=FILE", "no annotation org.criu.config",
	 "/etc/criu/runc.conf or /etc/criu/crun.conf, which are root's", "\"allow\": [\"ALL\"]"},
};

static const struct way *way_of(const struct logged *e)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (capgate_text_is(e->rule, ways[i].id))
			return &ways[i];
	return NULL;
}

bool surroundings_decided(const struct logged *e)
{
	return way_of(e) != NULL;
}

static bool made_by(const struct logged *e, enum identity engine)
{
	return capgate_text_is(e->engine, identity_engine_name(engine));
}

void surroundings_flag(const struct logged *e, struct capgate_out *out)
{
	const struct way *way = way_of(e);

	if (made_by(e, IDENTITY_CRIO) || made_by(e, IDENTITY_CONTAINERD))
		capgate_out_string(out, way->pod);
	else
		capgate_out_format(out, "%s %s ..., %s",
				   made_by(e, IDENTITY_DOCKER) ? "docker" : "podman",
				   made_by(e, IDENTITY_BUILDAH) ? "build" : "run", way->command);
}

void surroundings_instead(const struct logged *e, struct capgate_out *out)
{
	capgate_out_string(out, way_of(e)->instead);
}

void surroundings_exemption(const struct logged *e, struct capgate_out *out)
{
	waysout_exempt(e, way_of(e)->gives, out);
}
