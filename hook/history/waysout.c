/* SPDX-License-Identifier: Apache-2.0 */
#include "waysout.h"

#include <time.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"

/* For more names than this, one flag each would be too long. */
#define FLAGS_MAX 4

static bool made_by(const struct logged *e, enum identity engine)
{
	return capgate_text_is(e->engine, identity_engine_name(engine));
}

static bool by_kubernetes(const struct logged *e)
{
	return made_by(e, IDENTITY_CRIO) || made_by(e, IDENTITY_CONTAINERD);
}

/* The capabilities that engines give, or gave, by default.  Others were requested. */
static capgate_set given_unasked(void)
{
	const struct capgate_profile *p = capgate_profile_find(capgate_text_of("docker-default"));

	return p ? p->caps : (capgate_set){0};
}

/* ---- Do without -------------------------------------------------------------- */

static void out_security_context(capgate_set unasked, capgate_set asked, struct capgate_out *out)
{
	capgate_out_string(out, "securityContext: {capabilities: {drop: [\"");
	if (capgate_set_count(unasked) > FLAGS_MAX)
		capgate_out_string(out, "ALL\"], add: [\"NAME");
	else
		capgate_out_set(out, capgate_set_or(unasked, asked), "\", \"");
	capgate_out_string(out, "\"]}}");
	if (!capgate_set_empty(asked))
		capgate_out_string(
			out, " in the container, without privileged: true and these names in add");
}

static void out_drops(capgate_set unasked, struct capgate_out *out)
{
	if (capgate_set_empty(unasked))
		return;
	capgate_out_string(out, " --cap-drop=");
	if (capgate_set_count(unasked) > FLAGS_MAX)
		capgate_out_string(out, "all --cap-add=NAME");
	else
		capgate_out_set(out, unasked, " --cap-drop=");
}

static void out_without(capgate_set asked, struct capgate_out *out)
{
	if (capgate_set_empty(asked))
		return;
	capgate_out_string(out, ", without --privileged");
	if (capgate_set_count(asked) > FLAGS_MAX)
		return;
	capgate_out_string(out, " and --cap-add=");
	capgate_out_set(out, asked, " --cap-add=");
}

void waysout_flag(const struct logged *e, struct capgate_out *out)
{
	capgate_set asked = capgate_set_minus(e->removed, given_unasked());
	capgate_set unasked = capgate_set_minus(e->removed, asked);
	const char *engine = made_by(e, IDENTITY_DOCKER) ? "docker" : "podman";
	bool exec = capgate_text_is(e->stage, "exec");

	if (by_kubernetes(e)) {
		out_security_context(unasked, asked, out);
		return;
	}
	/* For exec in a running container, the only flag is --privileged. */
	if (exec)
		capgate_out_format(out,
				   "%s exec ..., without --privileged (a container that holds too "
				   "much itself: ",
				   engine);
	capgate_out_format(out, "%s %s", engine, made_by(e, IDENTITY_BUILDAH) ? "build" : "run");
	out_drops(unasked, out);
	capgate_out_string(out, " ...");
	out_without(asked, out);
	capgate_out_string(out, exec ? ")" : "");
}

/* ---- Something in its place ---------------------------------------------------- */

static void out_sysctl(const struct logged *e, const struct capgate_symptom *s, bool first,
		       struct capgate_out *out)
{
	if (by_kubernetes(e))
		capgate_out_format(out, "%s{name: \"%s\", value: \"%s\"}",
				   first ? "the pod's securityContext: {sysctls: [" : ", ",
				   s->sysctl, s->value);
	else
		capgate_out_format(out, "%s--sysctl \"%s=%s\"", first ? "" : " ", s->sysctl,
				   s->value);
}

/* Did the rewrite set this sysctl ("name=value")? */
static bool is_put_in(const struct logged *e, const char *sysctl)
{
	for (size_t i = 0; i < e->n_sysctls; i++)
		if (capgate_text_begins(e->sysctls[i], sysctl))
			return true;
	return false;
}

/* Prints the sysctls that replace these capabilities and are not set.  False if there are none. */
static bool out_sysctls(const struct logged *e, capgate_set caps, const char *before,
			struct capgate_out *out)
{
	bool first = true;

	for (int c = -1; (c = capgate_set_next(caps, c + 1)) >= 0;) {
		const struct capgate_symptom *s = capgate_symptom_of(c);

		if (!s || !s->sysctl || is_put_in(e, s->sysctl))
			continue;
		capgate_out_string(out, first ? before : "");
		out_sysctl(e, s, first, out);
		first = false;
	}
	if (!first && by_kubernetes(e))
		capgate_out_string(out, "]}");
	return !first;
}

void waysout_instead(const struct logged *e, struct capgate_out *out)
{
	const struct capgate_cap_facts *info = capgate_cap_info(capgate_set_next(e->removed, 0));

	if (!out_sysctls(e, e->removed, "", out))
		capgate_out_string(out, info ? info->substitute : "nothing replaces it");
}

void waysout_file(const struct logged *e, int cap, struct capgate_out *out)
{
	capgate_out_string(
		out,
		"setcap -r FILE in the image: then the program starts, without the capability");
	(void)out_sysctls(e, capgate_set_of(cap), "; the sysctl that replaces it: ", out);
}

/* ---- An exemption ------------------------------------------------------------- */

void waysout_exempt(const struct logged *e, const char *gives, struct capgate_out *out)
{
	char until[CLOCK_TEXT];

	clock_text((int64_t)time(NULL) + INT64_C(90) * 86400, 0, until);
	capgate_out_string(out, "{\"version\": 1, \"exemptions\": [{\"id\": \"EX-1\", \"match\": ");
	if (by_kubernetes(e))
		capgate_out_format(
			out,
			"{\"annotations\": {\"%s\": \"NAMESPACE\"}, \"cgroup\": \"*kubepods*\"}",
			made_by(e, IDENTITY_CRIO) ? "io.kubernetes.pod.namespace"
						  : "io.kubernetes.cri.sandbox-namespace");
	else
		capgate_out_string(out, "{\"image\": \"IMAGE\"}");
	capgate_out_format(out, ", %s, \"reason\": \"WHY\", \"expires\": \"%.10s\"}]}", gives,
			   until);
}

void waysout_exemption(const struct logged *e, struct capgate_out *out)
{
	char gives[2048]; /* all names, with separators */
	struct capgate_out list = {gives, sizeof(gives) - 1, 0};

	capgate_out_string(&list, "\"allow\": [\"");
	capgate_out_set(&list, e->removed, "\", \"");
	capgate_out_string(&list, "\"]");
	gives[list.len < sizeof(gives) - 1 ? list.len : sizeof(gives) - 1] = '\0';
	waysout_exempt(e, gives, out);
}
