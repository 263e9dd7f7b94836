/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <string.h>

/* The next capability to leave out: the highest tier first, then by number. -1 if none is left. */
static int most_dangerous(capgate_set left)
{
	int found = -1;

	for (int c = -1; (c = capgate_set_next(left, c + 1)) >= 0;) {
		const struct capgate_cap_facts *info = capgate_cap_info(c);

		if (info && (found < 0 || info->tier > capgate_cap_info(found)->tier))
			found = c;
	}
	return found;
}

static enum verdict verdict_of(const struct plan *plan, int cap, enum outcome outcome)
{
	if (outcome == OUTCOME_PRIVILEGE)
		return VERDICT_PRIVILEGE;
	if (outcome == OUTCOME_UNKNOWN)
		return VERDICT_UNPROVED;
	return capgate_set_has(plan->files, cap) && !capgate_set_has(plan->used, cap)
		       ? VERDICT_FILE
		       : VERDICT_NEEDED;
}

/* Records that a run with only these capabilities passed. */
static void pass(struct learned *l, const struct plan *plan, capgate_set keep)
{
	l->keep = keep;
	for (int c = 0; c < CAPGATE_NCAPS; c++)
		if (!capgate_set_has(keep, c))
			l->verdict[c] = capgate_set_has(plan->asked, c) ? VERDICT_SURVIVED
									: VERDICT_UNNEEDED;
}

/* Leaves out each capability in turn, from a set that passed. */
static void leave_out(const struct plan *plan, struct learned *l)
{
	capgate_set left = l->keep;
	bool unknown = false;
	int cap;

	while ((cap = most_dangerous(left)) >= 0) {
		capgate_set keep = capgate_set_minus(l->keep, capgate_set_of(cap));
		enum outcome outcome = plan->try(plan->user, keep, l->why[cap]);

		if (outcome == OUTCOME_ABORTED)
			return;
		if (outcome == OUTCOME_PASSED)
			pass(l, plan, keep);
		else
			l->verdict[cap] = verdict_of(plan, cap, outcome);
		unknown |= outcome == OUTCOME_UNKNOWN;
		left = capgate_set_minus(left, capgate_set_of(cap));
	}
	l->finished = !unknown;
}

/* Tries a set to begin with.  Returns true if it passed, or if the runs were aborted. */
static bool begin_with(const struct plan *plan, struct learned *l, capgate_set keep, char *why)
{
	enum outcome outcome = plan->try(plan->user, keep, why);

	if (outcome == OUTCOME_PASSED)
		pass(l, plan, keep);
	return outcome == OUTCOME_PASSED || outcome == OUTCOME_ABORTED;
}

void plan_run(const struct plan *plan, struct learned *ret)
{
	capgate_set bound = capgate_set_and(capgate_set_or(plan->used, plan->files), plan->full);
	struct learned l = {.keep = plan->full};
	char why[PLAN_WHY] = "";

	for (int c = 0; c < CAPGATE_NCAPS; c++)
		l.verdict[c] = VERDICT_UNPROVED;
	if (begin_with(plan, &l, (capgate_set){0}, why)) {
		l.finished = capgate_set_empty(l.keep);
	} else if (capgate_set_empty(bound) || capgate_set_same(bound, plan->full)) {
		l.trace_failed = capgate_set_empty(bound);
		memcpy(l.trace_why, why, sizeof(why));
		leave_out(plan, &l);
	} else if (begin_with(plan, &l, bound, l.trace_why)) {
		if (capgate_set_same(l.keep, bound))
			leave_out(plan, &l);
	} else {
		l.trace_failed = true;
		leave_out(plan, &l);
	}
	*ret = l;
}

size_t plan_runs(const struct plan *plan)
{
	capgate_set bound = capgate_set_and(capgate_set_or(plan->used, plan->files), plan->full);

	return 2 + (size_t)capgate_set_count(bound);
}
