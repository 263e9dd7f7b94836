/* SPDX-License-Identifier: Apache-2.0 */
#include "callrules.h"

#include "lib/base/base.h"

/* The number of names, from the i-th in the list, that belong to the rule. */
static size_t names_of(const struct capgate_seccomp *profile, size_t i, size_t rule)
{
	size_t n = 0;

	while (i + n < profile->n_names && profile->names[i + n].rule == rule)
		n++;
	return n;
}

static void fill(const struct capgate_seccomp_rule *rule, const struct capgate_seccomp_name *names,
		 size_t n, struct capgate_call_rule *ret)
{
	*ret = (struct capgate_call_rule){
		.at = rule->at,
		.names = names,
		.n_names = n,
		.n_others = rule->n_names - n,
		.calls = rule->calls & CAPGATE_CALLS_USERNS,
		.action = rule->action,
		.errno_ret = rule->errno_ret,
		.n_args = rule->n_args,
	};
	if (rule->n_args)
		ret->arg = rule->args[rule->n_args - 1];
}

int capgate_call_rules_find(const struct capgate_seccomp *profile, struct capgate_arena *arena,
			    struct capgate_call_rules *ret)
{
	struct capgate_call_rule *v =
		capgate_arena_alloc(arena, (profile->n_names + 1) * sizeof(*v));
	size_t n = 0;

	if (!v)
		return CAPGATE_ENOMEM;
	for (size_t i = 0; i < profile->n_names; i += v[n++].n_names) {
		const size_t rule = profile->names[i].rule;

		fill(&profile->rules[rule], &profile->names[i], names_of(profile, i, rule), &v[n]);
	}
	*ret = (struct capgate_call_rules){v, n};
	return 0;
}

bool capgate_names_only(const struct capgate_call_rule *e, unsigned calls)
{
	return e->n_others == 0 && !(e->calls & ~calls);
}
