/* SPDX-License-Identifier: Apache-2.0 */
#include "ceiling.h"

#include "hook/confine/confine.h"

static enum log_ceiling state_of(const struct runtime *r)
{
	/* A call that was not judged or is refused has no ceiling. */
	if (!r->answer.judged)
		return LOG_CEILING_NONE;
	if (r->policy.ceiling_off)
		return LOG_CEILING_OFF;
	return runtime_enforces(r) ? LOG_CEILING_ENFORCE : LOG_CEILING_AUDIT;
}

/* The child's answer is limited to what the policy can allow to any container. */
static capgate_set ceiling_of(const struct runtime *r)
{
	capgate_set said = capgate_ceiling(&r->policy, r->answer.allowed, r->answer.times);

	return capgate_set_and(said, capgate_ceiling_most(&r->policy));
}

void ceiling_plan(struct runtime *r)
{
	r->ceiling = state_of(r);
	r->taken = (capgate_set){0};
	if (r->ceiling == LOG_CEILING_ENFORCE || r->ceiling == LOG_CEILING_AUDIT)
		r->taken = capgate_set_minus(bounds_now(), ceiling_of(r));
}

/*
 * runc and crun set all five sets of a container, whatever its configuration leaves out, so
 * the inheritable set can hold what they need, and the bounding set holds only what the
 * container may have.  Others (youki) do not change sets that a configuration does not
 * name.
 */
int ceiling_enter(const struct runtime *r, struct capgate_error *err)
{
	const capgate_set ceiling = ceiling_of(r);

	if (r->ceiling != LOG_CEILING_ENFORCE)
		return 0;
	if (!r->program->sets_all)
		return bounds_narrow(ceiling, (capgate_set){0}, err);
	return bounds_narrow(
		capgate_set_and(r->answer.allowed, capgate_allowed_most(&r->policy)), ceiling, err);
}
