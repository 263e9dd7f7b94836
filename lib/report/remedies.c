/* SPDX-License-Identifier: Apache-2.0 */
/* What to change, as commands and lines to paste. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "capgate.h"

/* More names than these, and a list of what stays is shorter to read. */
#define DROPS_MAX 4

/* CPG107 to CPG111. */
#define WAYS_MAX 5

struct change {
	capgate_set drop, keep;
	capgate_set added; /* of drop: no engine gives it by default */
	bool list;         /* drop everything, then add what stays */
	/* beside them, or alone: what is not about capabilities */
	const struct capgate_way_out *way[WAYS_MAX];
	size_t n_ways;
};

static void add_way(struct change *c, const struct capgate_way_out *way)
{
	for (size_t i = 0; i < c->n_ways; i++)
		if (c->way[i] == way)
			return;
	if (way && c->n_ways < WAYS_MAX)
		c->way[c->n_ways++] = way;
}

static struct change change_of(const struct capgate_report *r)
{
	const struct capgate_profile *widest =
		capgate_profile_find(capgate_text_of("docker-default"));
	struct change c = {.drop = r->forbidden,
			   .added = capgate_set_minus(r->forbidden, widest->caps),
			   .keep = capgate_set_union(r->kept)};

	c.list = r->absent || capgate_set_count(c.drop) > DROPS_MAX;
	for (size_t i = 0; r->verdict != CAPGATE_PASS && i < r->n_findings; i++)
		add_way(&c, capgate_way_out_of(r->findings[i].rule));
	return c;
}

/* "--cap-drop=NET_RAW --cap-drop=SYS_ADMIN" */
static void out_flags(struct capgate_out *out, const char *flag, capgate_set s)
{
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0;)
		capgate_out_format(out, " %s=%s", flag, capgate_cap_info(c)->name + 4);
}

#define TEXT(member) offsetof(struct capgate_way_out, member)

static const struct capgate_way_text *text_of(const struct capgate_way_out *way, size_t member)
{
	return (const struct capgate_way_text *)((const char *)way + member);
}

/* Two ways out may begin with the same words; they are said once. */
static bool is_said(const struct change *c, size_t i, size_t member, bool add)
{
	const struct capgate_way_text *t = text_of(c->way[i], member);

	for (size_t k = 0; k < i; k++) {
		const struct capgate_way_text *before = text_of(c->way[k], member);
		const char *a = add ? before->add : before->without, *b = add ? t->add : t->without;

		if (a && b && strcmp(a, b) == 0)
			return true;
	}
	return false;
}

static const char *what_to_add(const struct change *c, size_t i, size_t member)
{
	return is_said(c, i, member, true) ? NULL : text_of(c->way[i], member)->add;
}

static const char *what_to_leave_out(const struct change *c, size_t i, size_t member)
{
	return is_said(c, i, member, false) ? NULL : text_of(c->way[i], member)->without;
}

/* Parts of one comment. */
struct comment {
	const char *before;
};

static void out_comment(struct capgate_out *out, struct comment *comment, const char *words)
{
	capgate_out_format(out, "%s%s", comment->before, words);
	comment->before = "; ";
}

/* A line each, in a file. */
static void out_lines(struct capgate_out *out, size_t text, const struct change *c)
{
	const size_t begin = out->len;

	for (size_t i = 0; i < c->n_ways; i++) {
		const char *add = what_to_add(c, i, text), *without = what_to_leave_out(c, i, text);

		if (!add && !without)
			continue;
		capgate_out_string(out, out->len > begin ? "\n" : "");
		if (add)
			capgate_out_string(out, add);
		if (without)
			capgate_out_format(out, "%s# %s", add ? "  " : "", without);
	}
}

static bool has_caps(const struct change *c)
{
	return c->list || !capgate_set_empty(c->drop);
}

/* Docker lets what is added win over what is dropped, and podman refuses both
 * of one name: what was added has to go from the command that is there. */
static void out_command(struct capgate_out *out, const char *command, size_t text,
			const struct change *c)
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
		if (what_to_add(c, i, text))
			capgate_out_format(out, " %s", what_to_add(c, i, text));
	capgate_out_string(out, " ...");
	if (!capgate_set_empty(c->added)) {
		out_comment(out, &comment, "without");
		if (c->list)
			capgate_out_string(out, " --privileged and every other --cap-add");
		else
			out_flags(out, "--cap-add", c->added);
	}
	for (size_t i = 0; i < c->n_ways; i++)
		if (what_to_leave_out(c, i, text))
			out_comment(out, &comment, what_to_leave_out(c, i, text));
}

/* ["NET_RAW", "SYS_ADMIN"] */
static void out_list(struct capgate_out *out, capgate_set s)
{
	bool first = true;

	capgate_out_string(out, "[");
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0; first = false)
		capgate_out_format(out, "%s\"%s\"", first ? "" : ", ",
				   capgate_cap_info(c)->name + 4);
	capgate_out_string(out, "]");
}

/* After what is said of capabilities. */
static void out_more_lines(struct capgate_out *out, size_t text, const struct change *c)
{
	if (has_caps(c) && c->n_ways)
		capgate_out_string(out, "\n");
	out_lines(out, text, c);
}

/* One key or two of a mapping, and in a comment what has to go from it. */
static void out_yaml(struct capgate_out *out, const char *drop, const char *add,
		     const char *between, const char *end, const struct change *c)
{
	const capgate_set given = capgate_set_minus(c->drop, c->added);

	if (!c->list && capgate_set_empty(given)) {
		capgate_out_format(out, "# without %s", add);
		out_list(out, c->added);
		return;
	}
	capgate_out_string(out, drop);
	if (!c->list) {
		out_list(out, given);
	} else {
		capgate_out_string(out, "[\"ALL\"]");
		if (!capgate_set_empty(c->keep)) {
			capgate_out_format(out, "%s%s", between, add);
			out_list(out, c->keep);
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
		out_list(out, c->added);
}

/* One securityContext, for a key stands in a mapping once; then what must not be there. */
static void out_pod(struct capgate_out *out, const struct change *c)
{
	const bool caps = c->list || !capgate_set_empty(capgate_set_minus(c->drop, c->added));
	const size_t begin = out->len;
	const char *profile = NULL;

	for (size_t i = 0; i < c->n_ways; i++)
		if (c->way[i]->kubernetes.add)
			profile = c->way[i]->kubernetes.add;
	if (has_caps(c))
		out_yaml(out, "securityContext: {capabilities: {drop: ", "add: ", ", ",
			 profile ? "}, seccompProfile: {type: RuntimeDefault}}" : "}}", c);
	if (profile && !caps)
		capgate_out_format(out, "%ssecurityContext: {%s}", out->len > begin ? "\n" : "",
				   profile);
	for (size_t i = 0; i < c->n_ways; i++)
		if (what_to_leave_out(c, i, TEXT(kubernetes)))
			capgate_out_format(out, "%s# %s", out->len > begin ? "\n" : "",
					   what_to_leave_out(c, i, TEXT(kubernetes)));
}

/* "DropCapability=NET_RAW" on a line, what is added first to go. */
static void out_quadlet(struct capgate_out *out, const struct change *c)
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

/* What was added has to go from the list that is there. */
static void out_without(struct capgate_out *out, const struct change *c)
{
	if (capgate_set_empty(c->added))
		return;
	capgate_out_string(out, c->list ? "  # without privileged and every other add"
					: "  # without, in add, ");
	if (!c->list)
		out_list(out, c->added);
}

static void out_json(struct capgate_out *out, const char *before, const char *after,
		     const struct change *c)
{
	const capgate_set given = capgate_set_minus(c->drop, c->added);

	capgate_out_string(out, before);
	capgate_out_string(out, "{");
	if (c->list) {
		capgate_out_string(out, "\"drop\": [\"ALL\"], \"add\": ");
		out_list(out, c->keep);
	} else {
		capgate_out_string(out, "\"drop\": ");
		out_list(out, given);
	}
	capgate_out_string(out, "}");
	capgate_out_string(out, after);
	out_without(out, c);
}

/* The sets that stay: a service starts with all of them. */
static void out_systemd(struct capgate_out *out, const struct change *c)
{
	capgate_out_string(out, "CapabilityBoundingSet=");
	for (int cap = -1, n = 0; (cap = capgate_set_next(c->keep, cap + 1)) >= 0; n++)
		capgate_out_format(out, "%s%s", n ? " " : "", capgate_cap_info(cap)->name);
}

static void out_sysctl(struct capgate_out *out, enum capgate_dialect dialect, const char *name,
		       const char *value)
{
	switch (dialect) {
	case CAPGATE_DIALECT_COMPOSE:
		capgate_out_format(out, "sysctls: {%s: \"%s\"}", name, value);
		break;
	case CAPGATE_DIALECT_KUBERNETES:
		capgate_out_format(out,
				   "securityContext: {sysctls: [{name: %s, value: \"%s\"}]}  # of "
				   "the pod",
				   name, value);
		break;
	case CAPGATE_DIALECT_QUADLET:
		capgate_out_format(out, "Sysctl=\"%s=%s\"", name, value);
		break;
	case CAPGATE_DIALECT_ECS:
		capgate_out_format(out,
				   "\"systemControls\": [{\"namespace\": \"%s\", \"value\": "
				   "\"%s\"}]",
				   name, value);
		break;
	case CAPGATE_DIALECT_NOMAD:
		capgate_out_format(out, "sysctl = {\"%s\" = \"%s\"}", name, value);
		break;
	default:
		capgate_out_format(out, strchr(value, ' ') ? "--sysctl='%s=%s'" : "--sysctl=%s=%s",
				   name, value);
	}
}

/* In a user namespace the kernel takes only groups that are mapped there. */
static uint64_t highest_group(const struct capgate_spec *spec)
{
	uint64_t highest = 2147483647, mapped = 0;

	if (!capgate_spec_namespace(spec, "user") || spec->n_gid_maps == 0)
		return highest;
	for (size_t i = 0; i < spec->n_gid_maps; i++) {
		uint64_t end = spec->gid_maps[i].container + spec->gid_maps[i].size;

		if (spec->gid_maps[i].size && end > mapped && end > spec->gid_maps[i].container)
			mapped = end;
	}
	return mapped && mapped - 1 < highest ? mapped - 1 : highest;
}

/* Days after which somebody should look at it again. */
#define EXEMPT_DAYS 90

/* The proleptic Gregorian calendar by eras of 400 years, which begin in March. */
static void out_date(struct capgate_out *out, int64_t seconds)
{
	int64_t days = seconds / 86400 + 719468, era = days / 146097, day = days % 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365, month;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	month += month < 10 ? 3 : -9;
	capgate_out_format(out, "%04d-%02d-%02d", (int)(year + era * 400 + (month <= 2)),
			   (int)month, (int)day + 1);
}

/* What best identifies the container. */
static void out_match(struct capgate_out *out, const struct capgate_spec *spec,
		      const struct capgate_scene *scene)
{
	const char *key = scene->image.len         ? "image"
			  : spec->cgroups_path.len ? "cgroup"
			  : scene->bundle.len      ? "bundle"
						   : "cgroup";

	capgate_out_format(out, "{\"%s\": ", key);
	capgate_out_json(out, scene->image.len         ? scene->image
			      : spec->cgroups_path.len ? spec->cgroups_path
			      : scene->bundle.len      ? scene->bundle
						       : capgate_text_of("/path/*"));
	capgate_out_string(out, "}");
}

/* These no list of capabilities lifts. */
static bool exempts_all(const struct capgate_way_out *way)
{
	return strcmp(way->exempt, "\"allow\": [\"ALL\"]") == 0;
}

static bool needs_all(const struct change *c)
{
	for (size_t i = 0; i < c->n_ways; i++)
		if (exempts_all(c->way[i]))
			return true;
	return false;
}

static void out_exemption(struct capgate_out *out, const struct capgate_spec *spec,
			  const struct capgate_policy *policy, const struct change *c)
{
	capgate_out_format(out, "{\"id\": \"EX-%zu\", \"match\": ", policy->n_exemptions + 1);
	out_match(out, spec, &policy->scene);
	if (!capgate_set_empty(c->drop) && !needs_all(c)) {
		capgate_out_string(out, ", \"allow\": ");
		out_list(out, c->drop);
	}
	for (size_t i = 0, all = 0; i < c->n_ways; i++) {
		/* What lifts several of them stands there once. */
		if (!exempts_all(c->way[i]) || all++ == 0)
			capgate_out_format(out, ", %s", c->way[i]->exempt);
	}
	capgate_out_string(out, ", \"reason\": \"...\", \"owner\": \"...\"");
	if (policy->scene.now > 0) {
		capgate_out_string(out, ", \"expires\": \"");
		out_date(out, policy->scene.now + (int64_t)EXEMPT_DAYS * 86400);
		capgate_out_string(out, "\"");
	}
	capgate_out_string(out, "}");
}

static bool has_way(const struct change *c, enum capgate_rule rule)
{
	for (size_t i = 0; i < c->n_ways; i++)
		if (c->way[i]->rule == rule)
			return true;
	return false;
}

/* Where profiles, mounts and annotations are not described. */
static bool is_about_sets_alone(enum capgate_remedy remedy)
{
	return remedy == CAPGATE_REMEDY_ECS || remedy == CAPGATE_REMEDY_NOMAD ||
	       remedy == CAPGATE_REMEDY_SYSTEMD;
}

static bool applies(enum capgate_remedy remedy, const struct capgate_report *r,
		    const struct capgate_spec *spec, const struct change *c)
{
	bool own_network = capgate_spec_namespace(spec, "network") != NULL;

	if (!r->parsed || (!has_caps(c) && c->n_ways == 0))
		return false;
	if (!has_caps(c) && is_about_sets_alone(remedy))
		return false;
	if (remedy == CAPGATE_REMEDY_HOST_SYSCTL)
		return has_way(c, CAPGATE_RULE_USERNS_OPEN);
	if (remedy == CAPGATE_REMEDY_PING_SYSCTL)
		return own_network && capgate_set_has(r->forbidden, CAPGATE_CAP_NET_RAW);
	if (remedy == CAPGATE_REMEDY_PORT_SYSCTL)
		return own_network && capgate_set_has(r->forbidden, CAPGATE_CAP_NET_BIND_SERVICE);
	if (remedy == CAPGATE_REMEDY_EXEMPTION)
		return !r->absent; /* which no list of names makes right */
	return true;
}

bool capgate_remedy_write_in(enum capgate_dialect dialect, enum capgate_remedy remedy,
			     const struct capgate_report *r, const struct capgate_spec *spec,
			     const struct capgate_policy *policy, struct capgate_out *out)
{
	const struct change c = change_of(r);
	char range[32];

	if (!applies(remedy, r, spec, &c))
		return false;
	switch (remedy) {
	case CAPGATE_REMEDY_DOCKER_RUN:
		out_command(out, "docker run", TEXT(docker), &c);
		break;
	case CAPGATE_REMEDY_DOCKER_SERVICE:
		out_command(out, "docker service create", TEXT(docker), &c);
		break;
	case CAPGATE_REMEDY_PODMAN_RUN:
		out_command(out, "podman run", TEXT(podman), &c);
		break;
	case CAPGATE_REMEDY_COMPOSE:
		if (has_caps(&c))
			out_yaml(out, "cap_drop: ", "cap_add: ", "\n", "", &c);
		out_more_lines(out, TEXT(compose), &c);
		break;
	case CAPGATE_REMEDY_KUBERNETES:
		out_pod(out, &c);
		break;
	case CAPGATE_REMEDY_QUADLET:
		if (has_caps(&c))
			out_quadlet(out, &c);
		out_more_lines(out, TEXT(quadlet), &c);
		break;
	case CAPGATE_REMEDY_ECS:
		out_json(out, "\"linuxParameters\": {\"capabilities\": ", "}", &c);
		break;
	case CAPGATE_REMEDY_NOMAD:
		capgate_out_string(out, "cap_drop = ");
		if (c.list) {
			capgate_out_string(out, "[\"all\"]\ncap_add = ");
			out_list(out, c.keep);
		} else {
			out_list(out, capgate_set_minus(c.drop, c.added));
		}
		out_without(out, &c);
		break;
	case CAPGATE_REMEDY_SYSTEMD:
		out_systemd(out, &c);
		break;
	case CAPGATE_REMEDY_PING_SYSCTL:
		snprintf(range, sizeof(range), "0 %llu", (unsigned long long)highest_group(spec));
		out_sysctl(out, dialect, "net.ipv4.ping_group_range", range);
		break;
	case CAPGATE_REMEDY_PORT_SYSCTL:
		out_sysctl(out, dialect, "net.ipv4.ip_unprivileged_port_start", "0");
		break;
	case CAPGATE_REMEDY_HOST_SYSCTL:
		capgate_out_string(out, "sysctl -w user.max_user_namespaces=0");
		break;
	case CAPGATE_REMEDY_EXEMPTION:
		out_exemption(out, spec, policy, &c);
		break;
	default:
		return false;
	}
	return true;
}

bool capgate_remedy_write(enum capgate_remedy remedy, const struct capgate_report *r,
			  const struct capgate_spec *spec, const struct capgate_policy *policy,
			  struct capgate_out *out)
{
	return capgate_remedy_write_in(CAPGATE_DIALECT_ANY, remedy, r, spec, policy, out);
}

static const struct {
	const char *key, *title;
} remedies[] = {
#define CAPGATE_REMEDY(symbol, key, title) [CAPGATE_REMEDY_##symbol] = {key, title},
#include "capgate/remedies.def"
#undef CAPGATE_REMEDY
};

const char *capgate_remedy_key(enum capgate_remedy remedy)
{
	return (unsigned)remedy < CAPGATE_NREMEDIES ? remedies[remedy].key : "";
}

const char *capgate_remedy_title(enum capgate_remedy remedy)
{
	return (unsigned)remedy < CAPGATE_NREMEDIES ? remedies[remedy].title : "";
}
