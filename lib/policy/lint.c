/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings about a policy that can be used. */
#include <string.h>

#include "lib/base/base.h"

static const struct capgate_lint_text table[CAPGATE_NLINTS] = {
#define CAPGATE_LINT(symbol, id, warning, cure) [CAPGATE_LINT_##symbol] = {id, warning, cure},
#include "capgate/lint.def"
#undef CAPGATE_LINT
};

const struct capgate_lint_text *capgate_lint_info(enum capgate_lint_rule rule)
{
	return &table[(unsigned)rule < CAPGATE_NLINTS ? rule : 0];
}

struct lints {
	struct capgate_arena *arena;
	struct capgate_lint *v;
	size_t n, room;
};

static int add_lint(struct lints *l, enum capgate_lint_rule rule, const struct capgate_exemption *e,
		    struct capgate_text subject)
{
	if (capgate_arena_room(l->arena, (void **)&l->v, &l->room, l->n + 1, sizeof(*l->v)) < 0)
		return CAPGATE_ENOMEM;
	l->v[l->n++] = (struct capgate_lint){rule, e, subject};
	return 0;
}

/* Annotations that CRI-O and containerd's CRI plugin write last, so that a pod cannot set them.
 * With podman and Docker the author of a container can set every annotation. */
static const char *const engines_own[] = {
	"io.kubernetes.pod.namespace",
	"io.kubernetes.pod.name",
	"io.kubernetes.pod.uid",
	"io.kubernetes.container.name",
	"io.kubernetes.cri-o.Image",
	"io.kubernetes.cri-o.ImageName",
	"io.kubernetes.cri-o.ImageRef",
	"io.kubernetes.cri-o.Name",
	"io.kubernetes.cri-o.ContainerID",
	"io.kubernetes.cri-o.SandboxID",
	"io.kubernetes.cri-o.ContainerType",
	"io.kubernetes.cri.sandbox-id",
	"io.kubernetes.cri.sandbox-namespace",
	"io.kubernetes.cri.sandbox-name",
	"io.kubernetes.cri.sandbox-uid",
	"io.kubernetes.cri.container-name",
	"io.kubernetes.cri.image-name",
	"io.kubernetes.cri.container-type",
};

static bool engine_writes(struct capgate_text key)
{
	for (size_t i = 0; i < COUNT(engines_own); i++)
		if (capgate_text_is(key, engines_own[i]))
			return true;
	return false;
}

/* Does the pattern match (nearly) every value: only stars, question marks, slashes? */
static bool is_star(struct capgate_text pattern)
{
	for (size_t i = 0; i < pattern.len; i++)
		if (!strchr("*?/", pattern.p[i]))
			return false;
	return true;
}

/* Does it require something that only an engine writes?  The uid is not: whoever creates a
 * container chooses it. */
static bool holds_something_firm(const struct capgate_exemption *e)
{
	return !is_star(e->cgroup) || !is_star(e->bundle) || !is_star(e->rootfs) ||
	       !is_star(e->image);
}

/* Does it require an annotation that Kubernetes' engines write last? */
static bool holds_engines_annotation(const struct capgate_exemption *e)
{
	for (size_t i = 0; i < e->n_annotations; i++)
		if (engine_writes(e->annotations[i].key) && !is_star(e->annotations[i].value))
			return true;
	return false;
}

static bool matches_all(const struct capgate_exemption *e)
{
	return !e->has_uid && e->n_annotations == 0 && is_star(e->cgroup) && is_star(e->bundle) &&
	       is_star(e->rootfs) && is_star(e->hostname) && is_star(e->image);
}

static bool same_match(const struct capgate_exemption *a, const struct capgate_exemption *b)
{
	if (a->n_annotations != b->n_annotations || a->has_uid != b->has_uid || a->uid != b->uid ||
	    !capgate_text_equal(a->cgroup, b->cgroup) ||
	    !capgate_text_equal(a->bundle, b->bundle) ||
	    !capgate_text_equal(a->rootfs, b->rootfs) ||
	    !capgate_text_equal(a->hostname, b->hostname) ||
	    !capgate_text_equal(a->image, b->image))
		return false;
	for (size_t i = 0; i < a->n_annotations; i++)
		if (!capgate_text_equal(a->annotations[i].key, b->annotations[i].key) ||
		    !capgate_text_equal(a->annotations[i].value, b->annotations[i].value))
			return false;
	return true;
}

/* Do the policy or an earlier exemption already allow what this one allows? */
static bool shadowed(const struct capgate_policy *p, const struct capgate_exemption *e, int64_t now)
{
	if (!e->lifts && capgate_set_within(e->allow, p->allowed))
		return true;
	for (const struct capgate_exemption *other = p->exemptions; other < e; other++)
		if (!capgate_exemption_expired(other, now) && other->until >= e->until &&
		    capgate_set_within(e->allow, other->allow) && !(e->lifts & ~other->lifts) &&
		    same_match(e, other))
			return true;
	return false;
}

static bool id_is_taken(const struct capgate_policy *p, const struct capgate_exemption *e)
{
	for (const struct capgate_exemption *other = p->exemptions; other < e; other++)
		if (capgate_text_equal(other->id, e->id))
			return true;
	return false;
}

static int lint_exemption(struct lints *l, const struct capgate_policy *p,
			  const struct capgate_exemption *e, int64_t now)
{
	const bool loose = !matches_all(e) && !holds_something_firm(e);
	const struct {
		bool holds;
		enum capgate_lint_rule rule;
	} checks[] = {
		{id_is_taken(p, e), CAPGATE_LINT_SAME_ID},
		{matches_all(e), CAPGATE_LINT_MATCHES_ALL},
		{loose && !holds_engines_annotation(e), CAPGATE_LINT_FORGEABLE},
		{loose && holds_engines_annotation(e), CAPGATE_LINT_KUBERNETES_ONLY},
		{e->until != INT64_MAX && capgate_exemption_expired(e, now), CAPGATE_LINT_EXPIRED},
		{e->until == INT64_MAX, CAPGATE_LINT_ENDLESS},
		{shadowed(p, e, now), CAPGATE_LINT_SHADOWED},
		{capgate_set_has(e->allow, CAPGATE_CAP_NET_RAW) &&
			 !capgate_set_has(e->named, CAPGATE_CAP_NET_RAW),
		 CAPGATE_LINT_EXEMPT_NET_RAW},
	};

	for (size_t i = 0; i < COUNT(checks); i++)
		if (checks[i].holds && add_lint(l, checks[i].rule, e, e->id) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

static int lint_lists(struct lints *l, const struct capgate_policy *p)
{
	const struct capgate_profile *profile = capgate_profile_find(p->profile);
	const struct capgate_profile *narrow = capgate_profile_find(capgate_text_of("cis-docker"));
	capgate_set given = capgate_set_or(profile ? profile->caps : (capgate_set){0}, p->allow);
	capgate_set idle = capgate_set_minus(p->deny, given);
	const struct capgate_text nothing = {0};

	if (profile && narrow && !capgate_set_within(profile->caps, narrow->caps) &&
	    add_lint(l, CAPGATE_LINT_WIDE_PROFILE, NULL, p->profile) < 0)
		return CAPGATE_ENOMEM;
	if (capgate_set_has(p->allowed, CAPGATE_CAP_NET_RAW) &&
	    !capgate_set_has(p->named, CAPGATE_CAP_NET_RAW) &&
	    add_lint(l, CAPGATE_LINT_NET_RAW_UNNAMED, NULL, nothing) < 0)
		return CAPGATE_ENOMEM;
	if (capgate_set_same(p->allowed, capgate_set_all()) &&
	    add_lint(l, CAPGATE_LINT_ALL_ALLOWED, NULL, nothing) < 0)
		return CAPGATE_ENOMEM;
	if (p->mode == CAPGATE_AUDIT && add_lint(l, CAPGATE_LINT_AUDIT_MODE, NULL, nothing) < 0)
		return CAPGATE_ENOMEM;
	if (p->ceiling_off && add_lint(l, CAPGATE_LINT_CEILING_OFF, NULL, nothing) < 0)
		return CAPGATE_ENOMEM;
	if (!p->ceiling_off && capgate_set_has(p->ceiling_keep, CAPGATE_CAP_NET_RAW) &&
	    !capgate_set_has(p->allowed, CAPGATE_CAP_NET_RAW) &&
	    add_lint(l, CAPGATE_LINT_CEILING_NET_RAW, NULL, nothing) < 0)
		return CAPGATE_ENOMEM;
	if (p->learn != CAPGATE_LEARN_RECORD && p->n_learn_match > 0 &&
	    add_lint(l, CAPGATE_LINT_LEARN_IDLE, NULL, nothing) < 0)
		return CAPGATE_ENOMEM;
	/* deny: ["NET_RAW"] with cis-docker is a useful confirmation.  Any other line without
	 * effect may be a mistake. */
	if (capgate_set_same(p->deny, capgate_set_all()))
		return 0;
	idle = capgate_set_minus(idle, capgate_set_of(CAPGATE_CAP_NET_RAW));
	for (int c = -1; (c = capgate_set_next(idle, c + 1)) >= 0;)
		if (add_lint(l, CAPGATE_LINT_DENY_IDLE, NULL,
			     capgate_text_of(capgate_cap_info(c)->name + 4)) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

int capgate_policy_lint(const struct capgate_policy *policy, int64_t now,
			struct capgate_arena *arena, struct capgate_lint **ret, size_t *n,
			struct capgate_error *err)
{
	struct lints l = {.arena = arena};

	if (lint_lists(&l, policy) < 0)
		return capgate_fail_memory(err);
	for (size_t i = 0; i < policy->n_exemptions; i++)
		if (lint_exemption(&l, policy, &policy->exemptions[i], now) < 0)
			return capgate_fail_memory(err);
	*ret = l.v;
	*n = l.n;
	return 0;
}
