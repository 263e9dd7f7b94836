/* SPDX-License-Identifier: Apache-2.0 */
/* config.json, or with -DPROCESS the process object of exec: parse, judge, tell. */
#include "fuzz.h"

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
	if (report.parsed)
		check_spans(&spec);
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
