/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "hook/cli/cli.h"
#include "hook/engines/engines.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "hook/marks/marks.h"

/* Would this door refuse the container? */
static bool would_refuse(const struct run_input *in, const struct run_result *r)
{
	return r->report.verdict == CAPGATE_REFUSE || !in->can_rewrite;
}

static void tell_dry(const struct run_input *in, const struct run_result *r)
{
	if (r->report.verdict == CAPGATE_PASS)
		io_say("%s: would allow", in->stage);
	else if (would_refuse(in, r))
		io_say("%s: would refuse with status %d: %s", in->stage, r->decision.status,
		       r->decision.reason);
	else
		io_say("%s: would rewrite: %s", in->stage, r->decision.reason);
}

static void refuse(struct run_result *r, int status)
{
	r->out = (struct capgate_text){0};
	r->changed = false;
	r->status = status ? status : STATUS_SYSTEM;
}

static void allow(const struct run_input *in, struct run_result *r)
{
	r->out = in->text;
	r->status = STATUS_OK;
}

static void decide(const struct run_input *in, struct capgate_arena *arena, struct run_result *r)
{
	struct capgate_error err;

	if (in->dry_run || in->policy->mode == CAPGATE_AUDIT) {
		tell_dry(in, r);
		allow(in, r);
	} else if (r->report.verdict == CAPGATE_PASS) {
		allow(in, r);
	} else if (would_refuse(in, r)) {
		refuse(r, r->report.exit_status);
		io_say("%s: refused: %s", in->stage, r->decision.reason);
	} else if (capgate_rewrite(&r->spec, &r->report, in->policy, arena, &r->out, &err) < 0) {
		refuse(r, io_status(&err));
		io_say_error(in->stage, &err);
	} else {
		r->changed = true;
		r->status = STATUS_OK;
	}
}

/* What was done or, in a dry run or audit mode, what would have been done. */
static enum capgate_verdict outcome_of(const struct run_input *in, const struct run_result *r)
{
	if (r->report.verdict == CAPGATE_PASS)
		return CAPGATE_PASS;
	return would_refuse(in, r) || r->status != STATUS_OK ? CAPGATE_REFUSE : CAPGATE_STRIP;
}

static void record(const struct run_input *in, struct run_result *r)
{
	const struct capgate_text bundle = in->policy->scene.bundle;
	struct capgate_error err;

	if (!in->log ||
	    log_decision(
		    in->log,
		    &(struct log_entry){.stage = in->stage,
					.at_once = true,
					.id = in->id.len ? in->id : identity_id(&r->spec, bundle),
					.bundle = bundle,
					.policy = in->policy,
					.decision = &r->decision,
					.outcome = outcome_of(in, r),
					.status = r->status,
					.learn = r->learn,
					.dry_run = in->dry_run},
		    &err) == 0)
		return;
	if (!in->dry_run)
		refuse(r, io_status(&err));
	io_say_error(in->stage, &err);
}

/* Marks the container.  This is the last step before the log, because a container that is
 * refused is not marked. */
static void mark_it(const struct run_input *in, struct capgate_arena *arena, struct run_result *r)
{
	struct capgate_policy *policy = in->policy;
	struct capgate_scene *scene = &policy->scene;

	if (!in->mark || r->status != STATUS_OK || !r->report.parsed)
		return;
	if (!scene->image.len)
		scene->image = image_resolve(&r->spec, scene->bundle, &in->stores, arena);
	if (capgate_policy_records(policy, &r->spec, scene))
		r->learn = mark_put(in->mark, scene->image, scene->bundle);
}

void run_judge(struct run_input *in, struct capgate_arena *arena, struct run_result *ret)
{
	struct run_result r = {.status = STATUS_SYSTEM};

	gate_assess(in->text, in->kind, in->policy, &in->stores, in->networks, arena, &r.spec,
		    &r.report);
	decision_make(&r.report, &r.spec, in->policy, &r.decision);
	decide(in, arena, &r);
	mark_it(in, arena, &r);
	record(in, &r);
	*ret = r;
}
