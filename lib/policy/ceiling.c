/* SPDX-License-Identifier: Apache-2.0 */
/* The capabilities that a runtime may hold while it creates a container. */
#include "lib/base/base.h"

enum when { ALWAYS, TIME };

static const struct need {
	enum capgate_cap cap;
	enum when when;
	const char *reason;
} needs[] = {
#define CAPGATE_CEILING(cap, when, reason) {CAPGATE_CAP_##cap, when, reason},
#include "capgate/ceiling.def"
#undef CAPGATE_CEILING
};

#define NNEEDS (COUNT(needs))

const char *capgate_ceiling_reason(int cap)
{
	for (size_t i = 0; i < NNEEDS; i++)
		if ((int)needs[i].cap == cap)
			return needs[i].reason;
	return NULL;
}

capgate_set capgate_ceiling(const struct capgate_policy *policy, capgate_set allowed, bool times)
{
	capgate_set s = capgate_set_or(allowed, policy->ceiling_keep);

	for (size_t i = 0; i < NNEEDS; i++)
		if (needs[i].when == ALWAYS || times)
			s = capgate_set_or(s, capgate_set_of((int)needs[i].cap));
	return s;
}

capgate_set capgate_allowed_most(const struct capgate_policy *policy)
{
	capgate_set s = policy->allowed;

	for (size_t i = 0; i < policy->n_exemptions; i++)
		s = capgate_set_or(s, policy->exemptions[i].allow);
	return s;
}

capgate_set capgate_ceiling_most(const struct capgate_policy *policy)
{
	return capgate_ceiling(policy, capgate_allowed_most(policy), true);
}
