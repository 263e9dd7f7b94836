/* SPDX-License-Identifier: Apache-2.0 */
/* What inspect, compose config and kubectl print becomes specifications. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capgate_inspected *v;
	struct capgate_arena arena;
	struct capgate_error err;
	struct capgate_text text;
	size_t n;

	if (size > FUZZ_TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	fuzz_arena(&arena);
	if (capgate_inspect_parse(text, &arena, &v, &n, &err) == 0) {
		for (size_t i = 0; i < n; i++) {
			struct strict_options options = {.depth_max = CAPGATE_DEPTH_MAX};
			struct strict_result result;
			struct capgate_policy policy;
			struct capgate_report report = {0};

			MUST((v[i].rule != CAPGATE_RULE_NONE) == (v[i].config.len == 0));
			if (v[i].rule || v[i].config.len > 4 * FUZZ_TEXT_MAX)
				continue;
			MUST(v[i].exact ||
			     strict_json(v[i].config.p, v[i].config.len, &options, &result));
			capgate_policy_init(&policy);
			capgate_assess(v[i].config, CAPGATE_CONFIG, &policy, &arena, NULL, &report);
			if (report.verdict == CAPGATE_PASS)
				fuzz_must_be_sound(v[i].config, CAPGATE_CONFIG, policy.allowed);
		}
	}
	free((char *)text.p);
	return 0;
}
