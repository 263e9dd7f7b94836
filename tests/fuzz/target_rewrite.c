/* SPDX-License-Identifier: Apache-2.0 */
/* What is rewritten passes, by judge() and by an independent reading; bytes
 * outside the edits are the old ones; doing it again changes nothing. */
#include "fuzz.h"

#include "lib/judge/again.h"
#include "tests/unit/samereading.h"

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

/* What is read of the edited parts alone is what the strict reader finds in all of it. */
static void check_reading(const struct capgate_spec *spec, const struct capgate_edits *edits,
			  struct capgate_text out, const struct capgate_spec *whole,
			  struct capgate_arena *arena)
{
	struct capgate_spec edited;

	if (capgate_read_edited(spec, edits, out, arena, &edited) == 0)
		MUST(same_reading(&edited, whole));
}

/*
 * Any edit of one of the places, whoever made it: what is read so is strict, and the
 * same.  The bytes of the text itself are what is put there.
 */
static void check_odd_edit(const struct capgate_spec *spec, struct capgate_text text,
			   struct capgate_arena *arena)
{
	const struct capgate_span places[] = {spec->capabilities_at,
					      spec->sysctl_at,
					      spec->no_new_privs_at,
					      {spec->process.off + 1, 0},
					      {spec->linux_at.off + 1, 0}};
	const unsigned char pick = (unsigned char)text.p[text.len / 2];
	const struct capgate_span at = places[pick % 5];
	const size_t from = text.len * (pick / 5) / 64, left = text.len - from;
	struct capgate_edit edit = {at, {text.p + from, left < 40 ? left : pick % 40}};
	const struct capgate_edits one = {&edit, 1};
	struct capgate_spec edited, whole;
	struct capgate_text out;
	struct capgate_error err;

	if (!fuzz_within(at, text) || capgate_rewrite_apply(text, &one, arena, &out, &err) < 0 ||
	    capgate_read_edited(spec, &one, out, arena, &edited) < 0)
		return;
	MUST(capgate_spec_parse(out, spec->kind, arena, &whole, &err) == 0);
	MUST(same_reading(&edited, &whole));
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
	if (report.parsed)
		check_odd_edit(&spec, text, &arena);
	if (report.verdict != CAPGATE_STRIP)
		return;
	MUST(policy->action == CAPGATE_REWRITE);
	MUST(capgate_rewrite_plan(&spec, &report, &arena, &edits, &err) == 0);
	MUST(edits.n > 0);
	MUST(capgate_rewrite_apply(text, &edits, &arena, &out, &err) == 0);
	check_edits(text, out, &edits);
	capgate_assess(out, kind, policy, &arena, &spec_again, &again);
	MUST(again.verdict == CAPGATE_PASS);
	check_reading(&spec, &edits, out, &spec_again, &arena);
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
