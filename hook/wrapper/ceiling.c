/* SPDX-License-Identifier: Apache-2.0 */
#include "ceiling.h"

#include "hook/confine/confine.h"

static enum log_ceiling state_of(const struct runtime *r)
{
	/* A call that was not judged, or does not go on, has none. */
	if (!r->answer.judged)
		return LOG_CEILING_NONE;
	if (r->policy.ceiling_off)
		return LOG_CEILING_OFF;
	return runtime_enforces(r) ? LOG_CEILING_ENFORCE : LOG_CEILING_AUDIT;
}

/* The child that judged is believed no more than the policy can give anybody. */
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
 * runc and crun set all five sets of a container, whatever its configuration leaves
 * out, so what they need can lie in their inheritable set, and the bounding set holds
 * what the container may have and no more.  Others (youki) leave sets as they are that
 * a configuration does not name.
 */
int ceiling_enter(const struct runtime *r, struct capgate_error *err)
{
	const capgate_set ceiling = ceiling_of(r);

	if (r->ceiling != LOG_CEILING_ENFORCE)
		return 0;
	if (!r->program->stock)
		return bounds_narrow(ceiling, (capgate_set){0}, err);
	return bounds_narrow(
		capgate_set_and(r->answer.allowed, capgate_allowed_most(&r->policy)), ceiling, err);
}
