/* SPDX-License-Identifier: Apache-2.0 */
#include "narrow.h"

#include "lib/base/base.h"
#include "newuser.h"

static bool is_default(const struct capgate_seccomp *s, const struct capgate_call_rule *e)
{
	const struct capgate_seccomp_errno *a = &s->default_errno_ret, *b = &e->errno_ret;
	const uint64_t eperm = 1; /* if it is absent */

	if (!capgate_action_same(e->action, s->default_action))
		return false;
	return !capgate_text_is(e->action, "SCMP_ACT_ERRNO") ||
	       (a->given ? a->value : eperm) == (b->given ? b->value : eperm);
}

static bool denies(const struct capgate_call_rule *e)
{
	return capgate_action_denies(e->action);
}

/* Can the mask of the comparison "flags & mask == value" get the flag, too? */
static bool can_widen(const struct capgate_call_rule *e)
{
	return e->n_args == 1 && e->arg.well_formed && e->arg.index == 0 &&
	       capgate_text_is(e->arg.op, "SCMP_CMP_MASKED_EQ") &&
	       !(e->arg.value_two & CLONE_NEWUSER_BIT);
}

/* The call has one rule, with a comparison: add the flag to its mask. */
static void widen_one(struct capgate_call_rules *p, size_t i, struct capgate_narrowing *c)
{
	const struct capgate_call_rule *e = &p->entries[i];

	if (can_widen(e) && e->arg.value & CLONE_NEWUSER_BIT)
		return;
	if (can_widen(e) && capgate_names_only(e, BY_FLAG) && c->n_widen < WIDEN_MAX)
		c->widen[c->n_widen++] = i;
	else
		c->why_not = "its filter compares the flags of a call that can create a user "
			     "namespace in a way that cannot be narrowed";
}

/* For profiles that deny by default: narrows the rules that allow this call. */
static void narrow_one(struct capgate_call_rules *p, const struct capgate_seccomp *s, unsigned call,
		       struct capgate_narrowing *c)
{
	size_t allowing = 0, others = 0, first = 0;

	for (size_t i = p->n; i-- > 0;) {
		const struct capgate_call_rule *e = &p->entries[i];

		if (!(e->calls & call) || is_default(s, e))
			continue;
		others += denies(e) || e->n_args > 0;
		allowing += !denies(e);
		first = denies(e) ? first : i;
	}
	if (allowing == 0)
		return;
	if (others > 0 && allowing + others > 2) {
		c->why_not =
			"its filter has several rules for a call that can create a user namespace";
		return;
	}
	if (others > 0) {
		widen_one(p, first, c);
		return;
	}
	/* No rule compares, so the first one applies. */
	for (size_t i = 0; i < p->n; i++)
		if (p->entries[i].calls & call && !is_default(s, &p->entries[i]))
			p->entries[i].cut |= call;
	*(capgate_text_is(p->entries[first].action, "SCMP_ACT_LOG") ? &c->log : &c->allow) |= call;
}

/* A filter cannot see the flags of this call, so it is denied completely. */
static void forbid_one(struct capgate_call_rules *p, const struct capgate_seccomp *s, unsigned call,
		       struct capgate_narrowing *c)
{
	bool denied = false, cut = false;

	for (size_t i = 0; i < p->n; i++) {
		struct capgate_call_rule *e = &p->entries[i];

		if (!(e->calls & call) || is_default(s, e))
			continue;
		denied |= denies(e);
		if (denies(e))
			continue;
		e->cut |= call;
		cut = true;
	}
	/* The C library falls back to clone(2) only for ENOSYS. */
	if (cut && !denied && call == CLONE3)
		c->deny |= call;
}

/* Is the comparison "flags & CLONE_NEWUSER == CLONE_NEWUSER"? */
static bool compares_flag(const struct capgate_call_rule *e)
{
	return e->n_args == 1 && e->arg.well_formed && e->arg.index == 0 &&
	       e->arg.value == CLONE_NEWUSER_BIT && e->arg.value_two == CLONE_NEWUSER_BIT &&
	       capgate_text_is(e->arg.op, "SCMP_CMP_MASKED_EQ");
}

/* For profiles that allow by default: denies this call, unless it is denied already. */
static void deny_one(struct capgate_call_rules *p, const struct capgate_seccomp *s, unsigned call,
		     struct capgate_narrowing *c)
{
	bool denied = false;

	for (size_t i = 0; i < p->n; i++) {
		struct capgate_call_rule *e = &p->entries[i];

		if (!(e->calls & call))
			continue;
		if (is_default(s, e)) {
			e->cut |= call; /* runtimes ignore it */
		} else if (denies(e) && (e->n_args == 0 || (call & BY_FLAG && compares_flag(e)))) {
			denied = true;
		} else {
			c->why_not = "its filter already has a rule for a call that can create a "
				     "user namespace";
			return;
		}
	}
	if (!denied)
		*(call & BY_FLAG ? &c->deny_flag : &c->deny) |= call;
}

const char *capgate_cannot_narrow(const struct capgate_spec *spec)
{
	const struct capgate_seccomp *s = &spec->seccomp;

	if (spec->kind != CAPGATE_CONFIG || spec->linux_presence != CAPGATE_PRESENT)
		return "it has no linux object to which a filter could be added";
	for (size_t i = 0; i < spec->n_annotations; i++)
		if (capgate_text_is(spec->annotations[i].key, CAPGATE_BPF_ANNOTATION))
			return "an annotation replaces its filter";
	if (!capgate_newuser_knows((struct capgate_text){0}))
		return "on this architecture clone(2) takes its flags in another argument";
	for (size_t i = 0; i < s->n_architectures; i++)
		if (!capgate_newuser_knows(s->architectures[i]))
			return "its filter lists an architecture on which clone(2) takes its flags "
			       "in another argument";
	return NULL;
}

void capgate_narrow(const struct capgate_seccomp *s, struct capgate_call_rules *p,
		    struct capgate_narrowing *c)
{
	static const unsigned calls[] = {UNSHARE, CLONE, CLONE3, SETNS};

	for (size_t i = 0; i < p->n; i++)
		if (capgate_effect_of(p->entries[i].action) == CAPGATE_EFFECT_ASKS)
			c->why_not = "its filter lets another process answer system calls";
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !c->why_not; i++) {
		if (!capgate_action_denies(s->default_action))
			deny_one(p, s, calls[i], c);
		else if (calls[i] & BY_FLAG)
			narrow_one(p, s, calls[i], c);
		else
			forbid_one(p, s, calls[i], c);
	}
	if (capgate_effect_of(s->default_action) != CAPGATE_EFFECT_RUNS &&
	    !capgate_action_denies(s->default_action))
		c->why_not = "the default action of its filter is not known";
	if (!capgate_action_denies(s->default_action) && !capgate_newuser_keeps_rules(s))
		c->why_not = "libseccomp loses rules of a filter that lists the x32 ABI";
}
