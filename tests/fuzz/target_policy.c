/* SPDX-License-Identifier: Apache-2.0 */
/* A policy file over the built-in policy: all or nothing, and deny wins. */
#include "fuzz.h"

static void use(const struct capgate_policy *policy)
{
	static const char config[] = "{\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"}],"
				     "\"process\":{\"capabilities\":{\"bounding\":[\"CAP_NET_"
				     "RAW\",\"CAP_KILL\"]}},\"annotations\":{\"a\":\"b\"},"
				     "\"hostname\":\"h\",\"linux\":{\"cgroupsPath\":\"/c\"}}";
	struct capgate_text text = {config, sizeof(config) - 1};
	struct capgate_policy wish = *policy, system, tight;
	struct capgate_report report = {0};
	struct capgate_arena arena;
	struct capgate_lint *lint;
	struct capgate_spec spec;
	struct capgate_error err;
	size_t n;
	/* The policy's own texts are in the fuzzer's arena. */
	static unsigned char block[1 << 20];

	capgate_arena_init(&arena, block, sizeof(block));
	MUST(capgate_policy_lint(policy, 1800000000, &arena, &lint, &n, &err) == 0);
	capgate_assess(text, CAPGATE_CONFIG, policy, &arena, &spec, &report);
	if (report.verdict == CAPGATE_PASS)
		fuzz_must_be_sound(text, CAPGATE_CONFIG, report.allowed);
	MUST(capgate_set_empty(capgate_set_and(report.allowed, policy->deny)) || !report.parsed);
	capgate_policy_init(&system);
	capgate_policy_tighten(&system, &wish, &tight);
	MUST(capgate_set_within(tight.allowed, system.allowed));
	MUST(tight.mode == CAPGATE_ENFORCE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct capgate_text source = {"/p.json", 7};
	struct capgate_policy policy, before;
	struct capgate_arena arena;
	struct capgate_error err;
	struct capgate_text text;

	if (size > FUZZ_TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	fuzz_arena(&arena);
	memset(&policy, 0, sizeof(policy));
	capgate_policy_init(&policy);
	memcpy(&before, &policy, sizeof(policy));
	if (capgate_policy_parse(text, source, &arena, &policy, &err) < 0) {
		MUST(memcmp(&policy, &before, sizeof(policy)) == 0);
		MUST(err.code == CAPGATE_EPOLICY);
	} else {
		MUST(capgate_set_empty(capgate_set_and(policy.allowed, policy.deny)));
		MUST(capgate_set_within(policy.allowed, capgate_set_all()));
		use(&policy);
	}
	free((char *)text.p);
	return 0;
}
