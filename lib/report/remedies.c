/* SPDX-License-Identifier: Apache-2.0 */
/* Writes what to change, as commands and lines to paste. */
#include <stdio.h>
#include <string.h>

#include "change.h"

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
	case CAPGATE_DIALECT_CRI:
		capgate_out_format(out, "\"linux\": {\"sysctls\": {\"%s\": \"%s\"}}  # of the pod",
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

/* In a user namespace the kernel accepts only groups that are mapped there. */
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

static bool has_way(const struct capgate_change *c, enum capgate_rule rule)
{
	for (size_t i = 0; i < c->n_ways; i++)
		if (c->way[i]->rule == rule)
			return true;
	return false;
}

/* Is this remedy for a language without profiles, mounts and annotations? */
static bool is_about_sets_alone(enum capgate_remedy remedy)
{
	return remedy == CAPGATE_REMEDY_ECS || remedy == CAPGATE_REMEDY_NOMAD ||
	       remedy == CAPGATE_REMEDY_SYSTEMD || remedy == CAPGATE_REMEDY_CRI;
}

static bool applies(enum capgate_remedy remedy, const struct capgate_report *r,
		    const struct capgate_spec *spec, const struct capgate_change *c)
{
	bool own_network = capgate_spec_namespace(spec, "network") != NULL;

	if (!r->parsed || (!capgate_change_has_caps(c) && c->n_ways == 0))
		return false;
	if (!capgate_change_has_caps(c) && is_about_sets_alone(remedy))
		return false;
	if (remedy == CAPGATE_REMEDY_HOST_SYSCTL)
		return has_way(c, CAPGATE_RULE_USERNS_OPEN);
	if (remedy == CAPGATE_REMEDY_PING_SYSCTL)
		return own_network && capgate_set_has(r->forbidden, CAPGATE_CAP_NET_RAW);
	if (remedy == CAPGATE_REMEDY_PORT_SYSCTL)
		return own_network && capgate_set_has(r->forbidden, CAPGATE_CAP_NET_BIND_SERVICE);
	if (remedy == CAPGATE_REMEDY_EXEMPTION)
		return !r->absent; /* which no list of names can cure */
	return true;
}

bool capgate_remedy_write_in(enum capgate_dialect dialect, enum capgate_remedy remedy,
			     const struct capgate_report *r, const struct capgate_spec *spec,
			     const struct capgate_policy *policy, struct capgate_out *out)
{
	const struct capgate_change c = capgate_change_of(r);
	char range[32];

	if (!applies(remedy, r, spec, &c))
		return false;
	switch (remedy) {
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
		capgate_exemption_write(out, spec, policy, &c);
		break;
	default:
		return capgate_change_write(remedy, &c, out);
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
