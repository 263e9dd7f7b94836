/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a change of capabilities in the language of each engine. */
#include "change.h"

/* Writes "--cap-drop=NET_RAW --cap-drop=SYS_ADMIN". */
static void out_flags(struct capgate_out *out, const char *flag, capgate_set s)
{
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0;)
		capgate_out_format(out, " %s=%s", flag, capgate_cap_info(c)->name + 4);
}

/* The parts of one comment. */
struct comment {
	const char *before;
};

static void out_comment(struct capgate_out *out, struct comment *comment, const char *words)
{
	capgate_out_format(out, "%s%s", comment->before, words);
	comment->before = "; ";
}

/* Writes one line for each. */
static void out_lines(struct capgate_out *out, size_t text, const struct capgate_change *c)
{
	const size_t begin = out->len;

	for (size_t i = 0; i < c->n_ways; i++) {
		const char *add = capgate_change_add(c, i, text),
			   *without = capgate_change_without(c, i, text);

		if (!add && !without)
			continue;
		capgate_out_string(out, out->len > begin ? "\n" : "");
		if (add)
			capgate_out_string(out, add);
		if (without)
			capgate_out_format(out, "%s# %s", add ? "  " : "", without);
	}
}

/* Docker prefers --cap-add to --cap-drop, and podman refuses both with the same name: so
 * the existing --cap-add has to be removed. */
static void out_command(struct capgate_out *out, const char *command, size_t text,
			const struct capgate_change *c)
{
	struct comment comment = {.before = "  # "};

	capgate_out_string(out, command);
	if (c->list) {
		capgate_out_string(out, " --cap-drop=all");
		out_flags(out, "--cap-add", c->keep);
	} else {
		out_flags(out, "--cap-drop", capgate_set_minus(c->drop, c->added));
	}
	for (size_t i = 0; i < c->n_ways; i++)
		if (capgate_change_add(c, i, text))
			capgate_out_format(out, " %s", capgate_change_add(c, i, text));
	capgate_out_string(out, " ...");
	if (!capgate_set_empty(c->added)) {
		out_comment(out, &comment, "without");
		if (c->list)
			capgate_out_string(out, " --privileged and every other --cap-add");
		else
			out_flags(out, "--cap-add", c->added);
	}
	for (size_t i = 0; i < c->n_ways; i++)
		if (capgate_change_without(c, i, text))
			out_comment(out, &comment, capgate_change_without(c, i, text));
}

/* Writes the lines that follow those about capabilities. */
static void out_more_lines(struct capgate_out *out, size_t text, const struct capgate_change *c)
{
	if (capgate_change_has_caps(c) && c->n_ways)
		capgate_out_string(out, "\n");
	out_lines(out, text, c);
}

/* Writes one or two keys of a mapping, and in a comment what must be removed from it. */
static void out_yaml(struct capgate_out *out, const char *drop, const char *add,
		     const char *between, const char *end, const struct capgate_change *c)
{
	const capgate_set given = capgate_set_minus(c->drop, c->added);

	if (!c->list && capgate_set_empty(given)) {
		capgate_out_format(out, "# without %s", add);
		capgate_out_list(out, c->added);
		return;
	}
	capgate_out_string(out, drop);
	if (!c->list) {
		capgate_out_list(out, given);
	} else {
		capgate_out_string(out, "[\"ALL\"]");
		if (!capgate_set_empty(c->keep)) {
			capgate_out_format(out, "%s%s", between, add);
			capgate_out_list(out, c->keep);
		}
	}
	capgate_out_string(out, end);
	if (capgate_set_empty(c->added))
		return;
	capgate_out_format(out, "  # without %s", c->list ? "privileged and every other " : "");
	capgate_out_string(out, add);
	if (c->list)
		capgate_out_string(out, "...");
	else
		capgate_out_list(out, c->added);
}

/* Writes one securityContext, because a mapping has each key only once; then what must be
 * removed. */
static void out_pod(struct capgate_out *out, const struct capgate_change *c)
{
	const bool caps = c->list || !capgate_set_empty(capgate_set_minus(c->drop, c->added));
	const size_t begin = out->len;
	const char *profile = NULL;

	for (size_t i = 0; i < c->n_ways; i++)
		if (c->way[i]->kubernetes.add)
			profile = c->way[i]->kubernetes.add;
	if (capgate_change_has_caps(c))
		out_yaml(out, "securityContext: {capabilities: {drop: ", "add: ", ", ",
			 profile ? "}, seccompProfile: {type: RuntimeDefault}}" : "}}", c);
	if (profile && !caps)
		capgate_out_format(out, "%ssecurityContext: {%s}", out->len > begin ? "\n" : "",
				   profile);
	for (size_t i = 0; i < c->n_ways; i++)
		if (capgate_change_without(c, i, TEXT(kubernetes)))
			capgate_out_format(out, "%s# %s", out->len > begin ? "\n" : "",
					   capgate_change_without(c, i, TEXT(kubernetes)));
}

/* Writes a line "DropCapability=NET_RAW", then in a comment what must be removed. */
static void out_quadlet(struct capgate_out *out, const struct capgate_change *c)
{
	const capgate_set given = capgate_set_minus(c->drop, c->added);

	if (c->list) {
		capgate_out_string(out, "DropCapability=all");
		if (!capgate_set_empty(c->keep)) {
			capgate_out_string(out, "\nAddCapability=");
			capgate_out_set(out, c->keep, " ");
		}
	} else if (!capgate_set_empty(given)) {
		capgate_out_string(out, "DropCapability=");
		capgate_out_set(out, given, " ");
	}
	if (capgate_set_empty(c->added))
		return;
	capgate_out_string(out, out->len ? "\n# without " : "# without ");
	capgate_out_string(out, c->list ? "--privileged and every other AddCapability="
					: "AddCapability=");
	if (!c->list)
		capgate_out_set(out, c->added, " ");
}

/* Writes what must be removed from the existing list of this name. */
static void out_without(struct capgate_out *out, const char *list, const struct capgate_change *c)
{
	if (capgate_set_empty(c->added))
		return;
	capgate_out_format(
		out, c->list ? "%s# without privileged and every other %s" : "%s# without, in %s, ",
		out->len ? "  " : "", list);
	if (!c->list)
		capgate_out_list(out, c->added);
}

/* The words for JSON: a member that contains an object with these two lists. */
struct json_words {
	const char *before, *drop, *add, *after;
};

static void out_json(struct capgate_out *out, const struct json_words *words,
		     const struct capgate_change *c)
{
	const capgate_set given = capgate_set_minus(c->drop, c->added);

	if (c->list) {
		capgate_out_format(out, "%s{\"%s\": [\"ALL\"], \"%s\": ", words->before,
				   words->drop, words->add);
		capgate_out_list(out, c->keep);
		capgate_out_format(out, "}%s", words->after);
	} else if (!capgate_set_empty(given)) {
		capgate_out_format(out, "%s{\"%s\": ", words->before, words->drop);
		capgate_out_list(out, given);
		capgate_out_format(out, "}%s", words->after);
	}
	out_without(out, words->add, c);
}

static const struct json_words ecs_words = {"\"linuxParameters\": {\"capabilities\": ", "drop",
					    "add", "}"},
			       cri_words = {"\"linux\": {\"security_context\": {\"capabilities\": ",
					    "drop_capabilities", "add_capabilities", "}}"};

/* Writes the capabilities that stay, because a service starts with all of them. */
static void out_systemd(struct capgate_out *out, const struct capgate_change *c)
{
	capgate_out_string(out, "CapabilityBoundingSet=");
	for (int cap = -1, n = 0; (cap = capgate_set_next(c->keep, cap + 1)) >= 0; n++)
		capgate_out_format(out, "%s%s", n ? " " : "", capgate_cap_info(cap)->name);
}

static void out_nomad(struct capgate_out *out, const struct capgate_change *c)
{
	capgate_out_string(out, "cap_drop = ");
	if (c->list) {
		capgate_out_string(out, "[\"all\"]\ncap_add = ");
		capgate_out_list(out, c->keep);
	} else {
		capgate_out_list(out, capgate_set_minus(c->drop, c->added));
	}
	out_without(out, "cap_add", c);
}

bool capgate_change_write(enum capgate_remedy remedy, const struct capgate_change *c,
			  struct capgate_out *out)
{
	switch (remedy) {
	case CAPGATE_REMEDY_DOCKER_RUN:
		out_command(out, "docker run", TEXT(docker), c);
		break;
	case CAPGATE_REMEDY_DOCKER_SERVICE:
		out_command(out, "docker service create", TEXT(docker), c);
		break;
	case CAPGATE_REMEDY_PODMAN_RUN:
		out_command(out, "podman run", TEXT(podman), c);
		break;
	case CAPGATE_REMEDY_COMPOSE:
		if (capgate_change_has_caps(c))
			out_yaml(out, "cap_drop: ", "cap_add: ", "\n", "", c);
		out_more_lines(out, TEXT(compose), c);
		break;
	case CAPGATE_REMEDY_KUBERNETES:
		out_pod(out, c);
		break;
	case CAPGATE_REMEDY_QUADLET:
		if (capgate_change_has_caps(c))
			out_quadlet(out, c);
		out_more_lines(out, TEXT(quadlet), c);
		break;
	case CAPGATE_REMEDY_ECS:
		out_json(out, &ecs_words, c);
		break;
	case CAPGATE_REMEDY_CRI:
		out_json(out, &cri_words, c);
		break;
	case CAPGATE_REMEDY_NOMAD:
		out_nomad(out, c);
		break;
	case CAPGATE_REMEDY_SYSTEMD:
		out_systemd(out, c);
		break;
	default:
		return false;
	}
	return true;
}
