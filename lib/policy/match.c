/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which exemptions apply.  Everything that an exemption names must match; if several
 * exemptions match, they allow the union, so their order in the files does not matter.
 */
#include <string.h>

#include "capgate.h"

/* The length of the UTF-8 character at this position. */
static size_t character(struct capgate_text t, size_t at)
{
	size_t n = 1;

	while (at + n < t.len && ((unsigned char)t.p[at + n] & 0xc0) == 0x80)
		n++;
	return n;
}

bool capgate_glob(struct capgate_text pattern, struct capgate_text text)
{
	size_t p = 0, t = 0, star = CAPGATE_NOWHERE, mark = 0;

	/* It is enough to backtrack to the last star: an earlier one need not match more, because
	 * the later one can match the rest. */
	while (t < text.len) {
		if (p < pattern.len && pattern.p[p] == '*') {
			star = p++;
			mark = t;
		} else if (p < pattern.len && pattern.p[p] == '?') {
			p++;
			t += character(text, t);
		} else if (p < pattern.len && pattern.p[p] == text.p[t]) {
			p++;
			t++;
		} else if (star != CAPGATE_NOWHERE) {
			p = star + 1;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.p[p] == '*')
		p++;
	return p == pattern.len;
}

/* Does the path contain ".."?  Then it does not lead where it seems to. */
static bool climbs(struct capgate_text path)
{
	for (size_t i = 0; i + 1 < path.len; i++)
		if (path.p[i] == '.' && path.p[i + 1] == '.' && (i == 0 || path.p[i - 1] == '/') &&
		    (i + 2 == path.len || path.p[i + 2] == '/'))
			return true;
	return false;
}

/* An empty pattern matches everything; an unknown value matches no other pattern. */
static bool matches(struct capgate_text pattern, struct capgate_text value)
{
	return pattern.len == 0 || (value.len > 0 && capgate_glob(pattern, value));
}

static bool path_matches(struct capgate_text pattern, struct capgate_text value)
{
	return matches(pattern, value) && (pattern.len == 0 || !climbs(value));
}

static bool annotation_matches(const struct capgate_pair *asked, const struct capgate_spec *spec)
{
	for (size_t i = 0; i < spec->n_annotations; i++)
		if (capgate_text_equal(asked->key, spec->annotations[i].key))
			return spec->annotations[i].value.p &&
			       capgate_glob(asked->value, spec->annotations[i].value);
	return false;
}

static bool mismatch(struct capgate_text what, struct capgate_text *ret)
{
	*ret = what;
	return true;
}

/* Will the process run as this user?  Unknown, and so false, if a filter answers setuid(2)
 * instead of the kernel, or if a user is given by name. */
static bool is_user(uint32_t uid, const struct capgate_spec *spec,
		    const struct capgate_spec *container, const struct capgate_scene *scene)
{
	if (spec->identity_pretended || container->identity_pretended ||
	    scene->user == CAPGATE_USER_UNKNOWN)
		return false;
	return uid == (scene->user == CAPGATE_USER_GIVEN ? scene->uid : spec->uid);
}

/* Does a required property differ? */
static bool differs(const struct capgate_exemption *e, const struct capgate_spec *spec,
		    const struct capgate_scene *scene, struct capgate_text *what)
{
	static const struct capgate_spec unknown;
	/* A process object has its own user, but does not describe its container. */
	const struct capgate_spec *of = spec->kind == CAPGATE_PROCESS ? scene->container : spec;

	if (!of)
		of = &unknown;
	if (e->has_uid && !is_user(e->uid, spec, of, scene))
		return mismatch(capgate_text_of("uid"), what);
	if (!path_matches(e->bundle, scene->bundle))
		return mismatch(capgate_text_of("bundle"), what);
	if (!matches(e->image, scene->image))
		return mismatch(capgate_text_of("image"), what);
	for (size_t i = 0; i < e->n_annotations; i++)
		if (!annotation_matches(&e->annotations[i], of))
			return mismatch(e->annotations[i].key, what);
	if (!path_matches(e->cgroup, of->cgroups_path))
		return mismatch(capgate_text_of("cgroup"), what);
	if (!path_matches(e->rootfs, of->root_path))
		return mismatch(capgate_text_of("rootfs"), what);
	if (!matches(e->hostname, of->hostname))
		return mismatch(capgate_text_of("hostname"), what);
	return false;
}

bool capgate_exemption_matches(const struct capgate_exemption *e, const struct capgate_spec *spec,
			       const struct capgate_scene *scene)
{
	struct capgate_text ignored;

	return !differs(e, spec, scene, &ignored);
}

struct capgate_text capgate_exemption_differs(const struct capgate_exemption *e,
					      const struct capgate_spec *spec,
					      const struct capgate_scene *scene)
{
	struct capgate_text what = {0};

	(void)differs(e, spec, scene, &what);
	return what;
}

bool capgate_policy_records(const struct capgate_policy *policy, const struct capgate_spec *spec,
			    const struct capgate_scene *scene)
{
	bool found = policy->n_learn_match == 0;

	for (size_t i = 0; !found && i < policy->n_learn_match; i++)
		found = capgate_exemption_matches(&policy->learn_match[i], spec, scene);
	return found && policy->learn == CAPGATE_LEARN_RECORD;
}

bool capgate_exemption_expired(const struct capgate_exemption *e, int64_t now)
{
	return now <= 0 || now >= e->until;
}
