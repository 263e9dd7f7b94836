/* SPDX-License-Identifier: Apache-2.0 */
#include "assess.h"

void gate_judge_again(struct capgate_policy *policy, const struct image_stores *stores,
		      const struct netns_known *networks, struct capgate_arena *arena,
		      const struct capgate_spec *spec, struct capgate_report *report)
{
	struct capgate_error err;

	if (scene_learn(&policy->scene, spec, stores, networks, arena) &&
	    capgate_judge(spec, policy, arena, report, &err) < 0)
		*report = capgate_report_of(&err);
}

void gate_assess(struct capgate_text text, enum capgate_kind kind, struct capgate_policy *policy,
		 const struct image_stores *stores, const struct netns_known *networks,
		 struct capgate_arena *arena, struct capgate_spec *spec,
		 struct capgate_report *report)
{
	capgate_assess(text, kind, policy, arena, spec, report);
	/* Some facts that the policy asks for are known only after the text was read. */
	if (kind == CAPGATE_CONFIG && report->parsed && report->verdict != CAPGATE_PASS)
		gate_judge_again(policy, stores, networks, arena, spec, report);
}
