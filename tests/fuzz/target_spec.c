/* SPDX-License-Identifier: Apache-2.0 */
/* config.json, or with -DPROCESS the process object of exec: parse, judge, tell. */
#include "fuzz.h"

#include "lib/spec/spec.h"
#include "tests/unit/samereading.h"

#ifdef PROCESS
#define KIND CAPGATE_PROCESS
#else
#define KIND CAPGATE_CONFIG
#endif

static void check_spans(const struct capgate_spec *spec)
{
	MUST(fuzz_within(spec->top, spec->text) && fuzz_within(spec->process, spec->text));
	MUST(fuzz_within(spec->capabilities_at, spec->text) &&
	     fuzz_within(spec->linux_at, spec->text));
	MUST(fuzz_within(spec->sysctl_at, spec->text));
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		size_t end = spec->set[s].at.off;

		MUST(fuzz_within(spec->set[s].at, spec->text));
		for (size_t i = 0; i < spec->set[s].n; i++) {
			struct capgate_span at = spec->set[s].v[i].at;

			MUST(fuzz_within(at, spec->set[s].at.len ? spec->text
								 : (struct capgate_text){0}));
			MUST(at.off > end);
			end = at.off + at.len - 1;
		}
	}
}

/* With a profile that was read before, a text is read as without. */
static void check_known(struct capgate_text text, const struct capgate_known_profile *known,
			struct capgate_arena *arena)
{
	struct capgate_spec with, without;
	struct capgate_error a, b;
	size_t used;
	int status = capgate_spec_parse_known(text, KIND, known, 1, arena, &with, &used, &a);

	MUST(capgate_spec_parse(text, KIND, arena, &without, &b) == status);
	if (status == 0)
		MUST(same_reading(&with, &without) && same_places(&with, &without));
	else
		MUST(a.pos == b.pos && a.rule == b.rule && strcmp(a.msg, b.msg) == 0);
}

/* The text itself, and with a piece of it put somewhere else. */
static void check_profile(const struct capgate_spec *spec, struct capgate_text text,
			  struct capgate_arena *arena)
{
	const unsigned char x = (unsigned char)text.p[text.len / 2],
			    y = (unsigned char)text.p[text.len / 3];
	const size_t to = text.len * x / 256, from = text.len * y / 256;
	struct capgate_edit edit = {{to, 0}, {text.p + from, (x ^ y) % 16}};
	const struct capgate_edits one = {&edit, 1};
	struct capgate_known_profile known;
	struct capgate_text out;
	struct capgate_error err;

	if (!capgate_known_profile_keep(spec, arena, &known))
		return;
	check_known(text, &known, arena);
	if (edit.with.len > text.len - from)
		edit.with.len = text.len - from;
	edit.at.len = edit.with.len < text.len - to ? edit.with.len : text.len - to;
	MUST(capgate_rewrite_apply(text, &one, arena, &out, &err) == 0);
	check_known(out, &known, arena);
}

static bool one_in_eight(struct capgate_text text)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < text.len; i++)
		sum = sum * 31 + (unsigned char)text.p[i];
	return sum % 8 == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capgate_report report = {0};
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_spec spec = {0};
	struct capgate_text text;

	if (size > FUZZ_TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	capgate_policy_init(&policy);
	fuzz_arena(&arena);
	capgate_assess(text, KIND, &policy, &arena, &spec, &report);
	MUST(report.verdict == CAPGATE_REFUSE || report.parsed);
	MUST((report.verdict == CAPGATE_PASS) == (report.exit_status == 0));
	if (report.parsed) {
		check_spans(&spec);
		check_profile(&spec, text, &arena);
	}
	for (size_t i = 0; i < report.n_findings; i++)
		MUST(fuzz_within(report.findings[i].at, text));
	if (report.verdict == CAPGATE_PASS)
		fuzz_must_be_sound(text, KIND, policy.allowed);
	/* Telling takes ten times as long as judging. */
	if (one_in_eight(text))
		fuzz_reports(&report, &spec, &policy, text);
	free((char *)text.p);
	return 0;
}
