/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ping needs NET_RAW, and servers on low ports need NET_BIND_SERVICE; a sysctl in the
 * container's own network namespace allows both without a capability.  It is set only where it
 * cannot affect the host and cannot prevent the container from starting.
 */
#include "substitute.h"

#include <stdio.h>
#include <string.h>

#include "lib/json/json.h"

static bool separates(char c)
{
	return c == '.' || c == '/';
}

/* Is it the same file below /proc/sys?  Runtimes accept dots and slashes, also mixed, and the
 * kernel treats several slashes as one. */
static bool is_same_sysctl(struct capgate_text key, const char *sysctl)
{
	size_t i = 0;

	for (; *sysctl; sysctl++) {
		if (i == key.len ||
		    (key.p[i] != *sysctl && !(separates(key.p[i]) && separates(*sysctl))))
			return false;
		for (i++; *sysctl == '.' && i < key.len && separates(key.p[i]);)
			i++;
	}
	return i == key.len;
}

const struct capgate_pair *capgate_sysctl_find(const struct capgate_spec *spec, const char *sysctl)
{
	for (size_t i = 0; i < spec->n_sysctl; i++)
		if (is_same_sysctl(spec->sysctl[i].key, sysctl))
			return &spec->sysctl[i];
	return NULL;
}

/* The reason why the sysctl could affect the host, or NULL. */
static const char *network_trouble(const struct capgate_spec *spec,
				   const struct capgate_scene *scene)
{
	const struct capgate_namespace *net = capgate_spec_namespace(spec, "network");

	if (!net)
		return "the container shares the host's network";
	if (!net->has_path)
		return NULL;
	if (scene->network == CAPGATE_NETWORK_HOST)
		return "it joins the host's network namespace";
	if (scene->network != CAPGATE_NETWORK_OTHER)
		return "it joins a network namespace whose owner is not known";
	/* Only the user namespace that owns a network namespace may change it, and the
	 * specification does not say who owns an existing one. */
	return capgate_spec_namespace(spec, "user") ? "it joins a network namespace that may not "
						      "belong to the container's user namespace"
						    : NULL;
}

static bool is_at(struct capgate_text destination, const char *place)
{
	while (destination.len > 1 && destination.p[destination.len - 1] == '/')
		destination.len--;
	return capgate_text_is(destination, place);
}

/*
 * runc writes sysctls through the container's own /proc, after everything is mounted.  If that
 * fails with EROFS or ENOENT, the container does not start.  A later mount covers an earlier
 * one.
 */
static bool proc_can_be_written(const struct capgate_spec *spec)
{
	static const char sysctls[] = "/proc/sys";
	bool can = false;

	for (size_t i = 0; i < spec->n_mounts; i++) {
		const struct capgate_mount *m = &spec->mounts[i];

		if (is_at(m->destination, "/proc"))
			can = !m->readonly && (m->bind ? is_at(m->source, "/proc")
						       : capgate_text_is(m->type, "proc"));
		else if (m->destination.len >= strlen(sysctls) &&
			 memcmp(m->destination.p, sysctls, strlen(sysctls)) == 0)
			can = false;
	}
	return can;
}

/* UID_GID_MAP_MAX_EXTENTS of the kernel, which accepts no more ranges. */
#define RANGES_MAX 340

/* The last group id of the container's user namespace, if it has all from 0. ping_group_range(5)
 * accepts no other (with EINVAL the container does not start). */
static const char *last_group(const struct capgate_spec *spec, const struct capgate_scene *scene,
			      uint32_t *ret)
{
	const struct capgate_namespace *user = capgate_spec_namespace(spec, "user");
	uint64_t end = 0;

	if (!user) {
		*ret = scene->gid_last < 2147483647 ? scene->gid_last : 2147483647;
		return scene->gid_last ? NULL
				       : "the group ids of this user namespace are not known";
	}
	if (user->has_path || spec->n_gid_maps == 0)
		return "the group ids of the container's user namespace are not known";
	if (spec->n_gid_maps > RANGES_MAX)
		return "the container's user namespace has more ranges of group ids than the "
		       "kernel accepts";
	/* Maps may be in any order.  Each round finds the one that continues at end. */
	for (size_t round = 0; round < spec->n_gid_maps; round++)
		for (size_t i = 0; i < spec->n_gid_maps; i++)
			if (spec->gid_maps[i].container == end && spec->gid_maps[i].size)
				end += spec->gid_maps[i].size;
	if (end == 0)
		return "the container's user namespace has no group 0";
	*ret = end - 1 < 2147483647 ? (uint32_t)(end - 1) : 2147483647;
	return NULL;
}

/* Does the specification's own value allow everybody in the container to do what the capability
 * allowed? */
static bool serves(const struct capgate_symptom *symptom, struct capgate_text value, uint32_t last)
{
	uint64_t from, to;
	size_t n = 0;

	if (symptom->cap != CAPGATE_CAP_NET_RAW)
		return capgate_json_uint(value, UINT16_MAX, &from) && from <= 1;
	while (n < value.len && value.p[n] != ' ' && value.p[n] != '\t')
		n++;
	if (!capgate_json_uint((struct capgate_text){value.p, n}, UINT32_MAX, &from))
		return false;
	while (n < value.len && (value.p[n] == ' ' || value.p[n] == '\t'))
		n++;
	return from == 0 &&
	       capgate_json_uint((struct capgate_text){value.p + n, value.len - n}, UINT32_MAX,
				 &to) &&
	       to >= last;
}

/* Is the sysctl set already, so that nothing needs to be added? */
static bool is_served(const struct capgate_spec *spec, const struct capgate_scene *scene,
		      const struct capgate_symptom *symptom)
{
	const struct capgate_pair *set = capgate_sysctl_find(spec, symptom->sysctl);
	uint32_t last = 2147483647;

	if (!set || network_trouble(spec, scene))
		return false;
	if (last_group(spec, scene, &last))
		last = 2147483647;
	return serves(symptom, set->value, last);
}

static const char *trouble(const struct capgate_spec *spec, const struct capgate_scene *scene,
			   const struct capgate_symptom *symptom, char *value, size_t size)
{
	const char *why = network_trouble(spec, scene);
	uint32_t last = 0;

	if (!why && capgate_sysctl_find(spec, symptom->sysctl))
		why = "the specification sets it, to a value that does not replace the capability";
	if (!why && !capgate_set_has(scene->settable, (int)symptom->cap))
		why = "this kernel does not have it, or /proc/sys is read-only here";
	if (!why && !proc_can_be_written(spec))
		why = "the container has no writable /proc, through which runc sets it";
	if (why)
		return why;
	if (symptom->cap != CAPGATE_CAP_NET_RAW) {
		snprintf(value, size, "%s", symptom->value);
		return NULL;
	}
	why = last_group(spec, scene, &last);
	if (!why)
		snprintf(value, size, "0 %u", last);
	return why;
}

void capgate_substitutes(const struct capgate_spec *spec, const struct capgate_policy *policy,
			 struct capgate_report *report)
{
	static const enum capgate_cap replaceable[CAPGATE_SUBSTITUTES] = {
		CAPGATE_CAP_NET_RAW, CAPGATE_CAP_NET_BIND_SERVICE};
	capgate_set removed = {0};

	/* If capabilities were absent, nobody relied on them. */
	if (!policy->substitute_sysctls || spec->kind != CAPGATE_CONFIG ||
	    report->verdict != CAPGATE_STRIP || report->absent)
		return;
	removed = capgate_set_union(report->removed);
	for (size_t i = 0; i < CAPGATE_SUBSTITUTES; i++) {
		const struct capgate_symptom *symptom = capgate_symptom_of((int)replaceable[i]);
		struct capgate_substitute *s = &report->substitutes[report->n_substitutes];

		if (!capgate_set_has(removed, (int)replaceable[i]) || !symptom ||
		    !symptom->sysctl || is_served(spec, &policy->scene, symptom))
			continue;
		*s = (struct capgate_substitute){.cap = symptom->cap, .sysctl = symptom->sysctl};
		s->why_not = trouble(spec, &policy->scene, symptom, s->value, sizeof(s->value));
		report->n_substitutes++;
	}
}
