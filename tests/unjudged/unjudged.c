/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wrapper with its judgement switched off: whatever it is asked passes, and
 * nothing is rewritten.  What keeps a capability from the container then is the
 * ceiling alone.  Linked with --wrap=runtime_assess.
 */
#include "hook/wrapper/assess.h"

void __real_runtime_assess(const struct judge_question *question, struct capgate_arena *arena,
			   struct judge_answer *ret);
void __wrap_runtime_assess(const struct judge_question *question, struct capgate_arena *arena,
			   struct judge_answer *ret);

void __wrap_runtime_assess(const struct judge_question *question, struct capgate_arena *arena,
			   struct judge_answer *ret)
{
	__real_runtime_assess(question, arena, ret);
	/* What could not be read is allowed what the policy gives everybody. */
	if (!ret->judged)
		ret->allowed = question->policy->allowed;
	ret->judged = true;
	ret->decision.verdict = CAPGATE_PASS;
	ret->decision.status = 0;
	ret->decision.absent = false;
	ret->subject = JUDGED_TEXT;
	ret->edits = (struct capgate_edits){0};
}
