/* SPDX-License-Identifier: Apache-2.0 */
/* What is rewritten passes, by judge() and by an independent reading; bytes
 * outside the edits are the old ones; doing it again changes nothing. */
#include "fuzz.h"

/* Does after differ from before in nothing but the edits? */
static void check_edits(struct capgate_text before, struct capgate_text after,
			const struct capgate_edits *edits)
{
	size_t from = 0, to = 0;

	for (size_t i = 0; i < edits->n; i++) {
		const struct capgate_edit *e = &edits->v[i];
		size_t same = e->at.off - from;

		MUST(e->at.off >= from && fuzz_within(e->at, before));
		MUST(after.len - to >= same + e->with.len);
		MUST(memcmp(before.p + from, after.p + to, same) == 0);
		MUST(e->with.len == 0 || memcmp(after.p + to + same, e->with.p, e->with.len) == 0);
		from = e->at.off + e->at.len;
		to += same + e->with.len;
	}
	MUST(before.len - from == after.len - to);
	MUST(memcmp(before.p + from, after.p + to, after.len - to) == 0);
}

static void once(struct capgate_text text, enum capgate_kind kind,
		 const struct capgate_policy *policy)
{
	struct capgate_report report = {0}, again = {0};
	struct capgate_arena arena;
	struct capgate_spec spec = {0}, spec_again = {0};
	struct capgate_edits edits;
	struct capgate_error err;
	struct capgate_text out, checked;

	fuzz_arena(&arena);
	capgate_assess(text, kind, policy, &arena, &spec, &report);
	if (report.verdict != CAPGATE_STRIP)
		return;
	MUST(policy->action == CAPGATE_REWRITE);
	MUST(capgate_rewrite_plan(&spec, &report, &arena, &edits, &err) == 0);
	MUST(edits.n > 0);
	MUST(capgate_rewrite_apply(text, &edits, &arena, &out, &err) == 0);
	check_edits(text, out, &edits);
	capgate_assess(out, kind, policy, &arena, &spec_again, &again);
	MUST(again.verdict == CAPGATE_PASS);
	fuzz_must_be_sound(out, kind, policy->allowed);
	for (int s = 0; s < CAPGATE_NSETS; s++)
		MUST(capgate_set_same(again.asked[s], report.kept[s]));
	MUST(spec_again.uid == spec.uid && spec_again.n_args == spec.n_args);
	MUST(capgate_rewrite(&spec, &report, policy, &arena, &checked, &err) == 0);
	MUST(capgate_text_equal(out, checked));
	/* What it says will happen is what the result says will happen. */
	MUST(again.before.starts == report.after.starts);
	MUST(capgate_set_same(again.before.attainable, report.after.attainable));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capgate_policy policy;
	struct capgate_text text;

	if (size > FUZZ_TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	for (int i = 0; i < 4; i++) {
		capgate_policy_init(&policy);
		if (i & 1)
			policy.allowed = capgate_set_minus(capgate_set_all(),
							   capgate_set_of(CAPGATE_CAP_NET_RAW));
		if (i & 2) {
			policy.substitute_sysctls = !policy.substitute_sysctls;
			policy.require_no_new_privileges = true;
		}
		once(text, i == 2 ? CAPGATE_PROCESS : CAPGATE_CONFIG, &policy);
	}
	free((char *)text.p);
	return 0;
}
