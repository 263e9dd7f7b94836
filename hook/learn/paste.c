/* SPDX-License-Identifier: Apache-2.0 */
#include "paste.h"

#include <time.h>

#include "lib/base/base.h"
#include "lib/caps/caps.h"

/* The name without "CAP_". */
static const char *short_name(int cap)
{
	return capgate_cap_info(cap)->name + 4;
}

static void write_each(capgate_set set, const char *before, const char *after,
		       struct capgate_out *out)
{
	for (int c = -1; (c = capgate_set_next(set, c + 1)) >= 0 && c < CAPGATE_NCAPS;)
		capgate_out_format(out, "%s%s%s", before, short_name(c), after);
}

/* Writes "[A, B]". */
static void write_list(capgate_set set, struct capgate_out *out)
{
	const char *before = "";

	capgate_out_string(out, "[");
	for (int c = -1; (c = capgate_set_next(set, c + 1)) >= 0 && c < CAPGATE_NCAPS;) {
		capgate_out_format(out, "%s%s", before, short_name(c));
		before = ", ";
	}
	capgate_out_string(out, "]");
}

static void write_run(const struct paste *p, struct capgate_out *out)
{
	capgate_out_string(out, "--cap-drop=ALL");
	write_each(p->keep, " --cap-add=", "", out);
	capgate_out_string(out, "\n");
}

static void write_service(const struct paste *p, struct capgate_out *out)
{
	capgate_out_string(out, "docker service create --cap-drop=ALL");
	write_each(p->keep, " --cap-add=CAP_", "", out);
	capgate_out_string(out, " ...\n");
}

static void write_compose(const struct paste *p, struct capgate_out *out)
{
	capgate_out_string(out, "cap_drop: [ALL]\n");
	if (capgate_set_empty(p->keep))
		return;
	capgate_out_string(out, "cap_add: ");
	write_list(p->keep, out);
	capgate_out_string(out, "\n");
}

static void write_kubernetes(const struct paste *p, struct capgate_out *out)
{
	capgate_out_string(out, "securityContext:\n  capabilities:\n    drop: [ALL]\n");
	if (capgate_set_empty(p->keep))
		return;
	capgate_out_string(out, "    add: ");
	write_list(p->keep, out);
	capgate_out_string(out, "\n");
}

static void write_quadlet(const struct paste *p, struct capgate_out *out)
{
	capgate_out_string(out, "[Container]\nDropCapability=all\n");
	write_each(p->keep, "AddCapability=CAP_", "\n", out);
}

static void write_sysctls(const struct paste *p, struct capgate_out *out)
{
	if (capgate_set_empty(p->by_sysctl))
		return;
	capgate_out_string(out, "--cap-drop=ALL");
	write_each(capgate_set_minus(p->keep, p->by_sysctl), " --cap-add=", "", out);
	for (int c = -1; (c = capgate_set_next(p->by_sysctl, c + 1)) >= 0;) {
		const struct capgate_symptom *s = capgate_symptom_of(c);

		if (s && s->sysctl)
			capgate_out_format(out, " --sysctl '%s=%s'", s->sysctl, s->value);
	}
	capgate_out_string(out, "\n");
}

/* The exemption expires in a year, so that somebody reviews it. */
static void expiry(int64_t now, char buf[16])
{
	time_t t = (time_t)now + 365 * 86400;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(buf, 16, "%Y-%m-%d", &tm) == 0)
		buf[0] = '\0';
}

static void write_exemption(const struct paste *p, struct capgate_out *out)
{
	char until[16];

	if (capgate_set_empty(p->beyond))
		return;
	expiry(p->now, until);
	capgate_out_format(out,
			   "{ \"version\": 1,\n  \"exemptions\": [\n    { \"id\": \"learned\", "
			   "\"match\": { \"%s\": ",
			   p->is_image ? "image" : "bundle");
	capgate_out_json(out, capgate_text_of(p->name));
	capgate_out_string(out, " },\n      \"allow\": [");
	capgate_out_names(out, p->beyond);
	capgate_out_format(out,
			   "],\n      \"reason\": \"capgate learn: runs without it failed\",\n"
			   "      \"expires\": \"%s\" } ] }\n",
			   until);
}

static const struct {
	const char *key, *title;
	void (*write)(const struct paste *, struct capgate_out *);
} forms[NPASTES] = {
	[PASTE_RUN] = {"run", "podman run, docker run, nerdctl run", write_run},
	[PASTE_SERVICE] = {"service", "Swarm", write_service},
	[PASTE_COMPOSE] = {"compose", "compose file", write_compose},
	[PASTE_KUBERNETES] = {"kubernetes", "Kubernetes container", write_kubernetes},
	[PASTE_QUADLET] = {"quadlet", "Quadlet", write_quadlet},
	[PASTE_SYSCTLS] = {"sysctls", "the same with sysctls instead of capabilities",
			   write_sysctls},
	[PASTE_EXEMPTION] = {"exemption", "/etc/capgate/policy.d/learned.json", write_exemption},
};

const char *paste_key(enum paste_form form)
{
	return forms[form].key;
}

const char *paste_title(enum paste_form form)
{
	return forms[form].title;
}

void paste_write(const struct paste *p, enum paste_form form, struct capgate_out *out)
{
	forms[form].write(p, out);
}
