/* SPDX-License-Identifier: Apache-2.0 */
#include "quadlet.h"

#include <string.h>

#include "lib/base/base.h"
#include "unit_syntax.h"

/* Reads each word of the value as a string of this field. */
static int words_of(const struct capgate_quadlet *q, struct capgate_text value, int field)
{
	struct capgate_text word;

	while (capgate_unit_next_word(&value, &word)) {
		const struct capgate_json_event event = {
			.kind = CAPGATE_JSON_STRING,
			.text = capgate_unit_unquoted(word, q->arena),
			.at = {(size_t)(word.p - q->text), word.len}};

		if (!event.text.p)
			return CAPGATE_ENOMEM;
		if (capgate_request_read(q->container, field, (struct capgate_text){0}, &event,
					 q->arena) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

/* An empty value resets the list. */
static void take_back(struct capgate_request *c, int field)
{
	if (field == REQUEST_CAP_ADD) {
		c->add = (capgate_set){0};
		c->add_all = false;
		c->unknown = (struct capgate_text){0};
		c->seen.places.n_added = 0;
	} else if (field == REQUEST_CAP_DROP) {
		c->drop = (capgate_set){0};
		c->drop_all = false;
	}
}

static const struct {
	const char *key;
	int field;
} quadlet[] = {
	{"AddCapability", REQUEST_CAP_ADD}, {"DropCapability", REQUEST_CAP_DROP},
	{"PodmanArgs", REQUEST_ARGUMENT},   {"ContainerName", REQUEST_NAME},
	{"Image", REQUEST_IMAGE},           {"User", REQUEST_USER},
	{"Network", REQUEST_NETWORK},       {"UserNS", REQUEST_USERS},
	{"Sysctl", REQUEST_SYSCTL_WORD},    {"SeccompProfile", REQUEST_SECCOMP},
	{"Volume", REQUEST_VOLUME},         {"ContainersConfModule", REQUEST_EXTENDED},
};

/* systemd expands "$NAME" alone to any number of words, which may be options.  In Exec= they
 * come after the image and are no options of podman. */
static void see_variables(struct capgate_request *c, struct capgate_text key,
			  struct capgate_text value)
{
	struct capgate_text word;

	while (!capgate_text_is(key, "Exec") && capgate_unit_next_word(&value, &word))
		c->variable |= word.len > 1 && word.p[0] == '$' && word.p[1] != '{';
}

int capgate_quadlet_line(const struct capgate_quadlet *q, struct capgate_text key,
			 struct capgate_text value)
{
	struct capgate_request *c = q->container;

	see_variables(c, key, value);
	if (capgate_text_is(key, "NoNewPrivileges"))
		c->no_new_privs = capgate_unit_is_true(value);
	/* A module of containers.conf may give other capabilities. */
	if (capgate_text_is(key, "GlobalArgs") && value.len &&
	    memmem(value.p, value.len, "--module", strlen("--module")))
		c->extended = true;
	for (size_t i = 0; i < COUNT(quadlet); i++) {
		if (!capgate_text_is(key, quadlet[i].key))
			continue;
		if (value.len == 0)
			take_back(c, quadlet[i].field);
		return words_of(q, value, quadlet[i].field);
	}
	return 0;
}

int capgate_quadlet_finish(const struct capgate_quadlet *q, struct capgate_requests *list,
			   struct capgate_error *err)
{
	struct capgate_request *c = q->container;

	c->seen.engine = "quadlet";
	c->seen.thing = "container";
	c->seen.dialect = CAPGATE_DIALECT_QUADLET;
	c->seen.generated = q->generated;
	c->seen.how = q->generated
			      ? "resolved against podman's widest default list"
			      : "resolved against podman's widest default list, without drop-ins";
	if (c->extended)
		return capgate_request_untold(
			&c->seen, CAPGATE_RULE_NOT_TOLD,
			"its module of containers.conf can change its capabilities; pass the "
			"output of podman inspect for the container",
			q->arena, list, err);
	if (c->variable)
		return capgate_request_untold(&c->seen, CAPGATE_RULE_NOT_TOLD,
					      "a variable or a specifier sets its options; pass "
					      "the output of podman inspect for the container",
					      q->arena, list, err);
	if (q->starts_container && !q->generated &&
	    capgate_request_untold(&c->seen, CAPGATE_RULE_NOT_TOLD,
				   "a command in its [Service] starts another container; pass the "
				   "output of podman inspect for that container",
				   q->arena, list, err) < 0)
		return err->code;
	capgate_request_resolve_podman(c);
	return capgate_request_finish(c, q->arena, list, err);
}

static bool is_quadlets(struct capgate_text section)
{
	return capgate_text_is(section, "Volume") || capgate_text_is(section, "Network") ||
	       capgate_text_is(section, "Image") || capgate_text_is(section, "Build");
}

/* The section's name in the source file.  The generator puts "X-" before it, so that systemd
 * ignores the section. */
static struct capgate_text quadlet_name(struct capgate_text section)
{
	return capgate_text_begins(section, "X-")
		       ? (struct capgate_text){section.p + 2, section.len - 2}
		       : section;
}

const char *capgate_quadlet_why_none(struct capgate_text section)
{
	const struct capgate_text name = quadlet_name(section);

	if (capgate_text_is(name, "Pod"))
		return "this is a Quadlet pod, which names no capabilities; pass its .container "
		       "files";
	if (capgate_text_is(name, "Kube"))
		return "this is a Quadlet unit that plays a Kubernetes file; pass the file that "
		       "Yaml= names";
	if (is_quadlets(name))
		return "this is a Quadlet unit for a network, a volume, an image or a build, not "
		       "for a container";
	return "this is a unit or a settings file that does not describe a container";
}

enum capgate_dialect capgate_quadlet_dialect(struct capgate_text section)
{
	const struct capgate_text name = quadlet_name(section);

	return is_quadlets(name) || capgate_text_is(name, "Pod") ? CAPGATE_DIALECT_QUADLET
								 : CAPGATE_DIALECT_ANY;
}
