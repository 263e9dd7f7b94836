/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unshare and clone make user namespaces if CLONE_NEWUSER is set, which a filter can see.
 * clone3 makes them, too, but a filter cannot see its flags. setns enters one.
 */
#include "newuser.h"

#include <string.h>

#include "lib/spec/spec.h"

#define CLONE_NEWUSER 0x10000000u

/* Is the only comparison of the rule "flags & mask == value", on the argument with the flags? */
static bool compares(const struct capgate_seccomp_rule *rule, uint64_t set, uint64_t clear)
{
	const struct capgate_seccomp_arg *arg = rule->args;

	return rule->n_args == 1 && arg->well_formed && arg->index == 0 &&
	       capgate_text_is(arg->op, "SCMP_CMP_MASKED_EQ") && (arg->value & CLONE_NEWUSER) &&
	       (arg->value_two & set) == set && !(arg->value_two & clear);
}

/* The errno that the filter returns (linux/seccomp.h); EPERM if it is absent. */
static uint64_t errno_of(const struct capgate_seccomp_errno *ret)
{
	return ret->given ? ret->value & 0xffff : 1;
}

/* Do runtimes ignore the rule because it repeats the default action?  True in doubt. */
static bool is_left_out(const struct capgate_seccomp *s, const struct capgate_seccomp_rule *rule)
{
	const struct capgate_seccomp_errno *a = &rule->errno_ret, *b = &s->default_errno_ret;

	if (!capgate_action_same(rule->action, s->default_action))
		return false;
	return capgate_effect_of(rule->action) != CAPGATE_EFFECT_ANSWERS ||
	       (a->given && !a->well_formed) || (b->given && !b->well_formed) ||
	       errno_of(a) == errno_of(b);
}

/*
 * Is the call denied by the first rule without comparisons? libseccomp prefers that one to
 * rules with comparisons.  It ignores a comparison that is always true (a mask of 0), so no
 * earlier rule may let the call run.
 */
static bool is_denied_first(const struct capgate_seccomp *s, enum capgate_call call)
{
	for (size_t i = 0; i < s->n_rules; i++) {
		const struct capgate_seccomp_rule *rule = &s->rules[i];

		if (!capgate_rule_names(rule, call) || is_left_out(s, rule))
			continue;
		if (!capgate_action_denies(rule->action))
			return false;
		if (rule->n_args == 0)
			return true;
	}
	return false;
}

/* For profiles that deny by default: is this call denied, or allowed only without the flag? */
static bool is_narrow(const struct capgate_seccomp *s, enum capgate_call call, bool by_flag)
{
	if (is_denied_first(s, call))
		return true;
	for (size_t i = 0; i < s->n_rules; i++) {
		const struct capgate_seccomp_rule *rule = &s->rules[i];

		if (capgate_rule_names(rule, call) && !capgate_action_denies(rule->action) &&
		    !(by_flag && compares(rule, 0, CLONE_NEWUSER)))
			return false;
	}
	return true;
}

static bool allow_list_blocks(const struct capgate_seccomp *s)
{
	return is_narrow(s, CAPGATE_CALL_UNSHARE, true) && is_narrow(s, CAPGATE_CALL_CLONE, true) &&
	       is_narrow(s, CAPGATE_CALL_CLONE3, false) && is_narrow(s, CAPGATE_CALL_SETNS, false);
}

/* Is the call denied by a rule that no other rule overrides? */
static bool is_denied(const struct capgate_seccomp *s, enum capgate_call call, bool by_flag)
{
	bool denied = false;

	for (size_t i = 0; i < s->n_rules; i++) {
		const struct capgate_seccomp_rule *rule = &s->rules[i];

		if (!capgate_rule_names(rule, call))
			continue;
		if (!capgate_action_denies(rule->action))
			return false;
		/* The mask must be exactly the flag, so that other bits do not matter. */
		denied |= rule->n_args == 0 || (by_flag && compares(rule, CLONE_NEWUSER, 0) &&
						rule->args->value == CLONE_NEWUSER);
	}
	return denied;
}

bool capgate_newuser_keeps_rules(const struct capgate_seccomp *s)
{
	for (size_t i = 0; i < s->n_architectures; i++)
		if (capgate_text_is(s->architectures[i], "SCMP_ARCH_X32"))
			return false;
	return true;
}

static bool deny_list_blocks(const struct capgate_seccomp *s)
{
	return capgate_newuser_keeps_rules(s) && is_denied(s, CAPGATE_CALL_UNSHARE, true) &&
	       is_denied(s, CAPGATE_CALL_CLONE, true) && is_denied(s, CAPGATE_CALL_CLONE3, false) &&
	       is_denied(s, CAPGATE_CALL_SETNS, false);
}

bool capgate_newuser_knows(struct capgate_text arch)
{
#ifdef __s390__
	return false;
#else
	return !capgate_text_is(arch, "SCMP_ARCH_S390X") &&
	       !capgate_text_is(arch, "SCMP_ARCH_S390");
#endif
}

bool capgate_seccomp_blocks_userns(const struct capgate_spec *spec)
{
	const struct capgate_seccomp *s = &spec->seccomp;

	if (s->presence != CAPGATE_PRESENT || !capgate_newuser_knows((struct capgate_text){0}))
		return false;
	for (size_t i = 0; i < spec->n_annotations; i++)
		if (capgate_text_is(spec->annotations[i].key, CAPGATE_BPF_ANNOTATION))
			return false;
	for (size_t i = 0; i < s->n_architectures; i++)
		if (!capgate_newuser_knows(s->architectures[i]))
			return false;
	return capgate_action_denies(s->default_action) ? allow_list_blocks(s)
							: deny_list_blocks(s);
}
