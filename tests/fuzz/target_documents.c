/* SPDX-License-Identifier: Apache-2.0 */
/* YAML, units and JSON as people have them: what comes out is well formed, its places lie
 * within the text, and what passes is sound. */
#include "hook/documents/documents.h"
#include "fuzz.h"

static void check_places(const struct capgate_places *p, struct capgate_text text)
{
	MUST(fuzz_within(p->container, text));
	MUST(fuzz_within(p->security, text));
	MUST(fuzz_within(p->capabilities, text));
	MUST(fuzz_within(p->add, text));
	MUST(fuzz_within(p->drop, text));
	MUST(fuzz_within(p->privileged, text));
	for (size_t i = 0; i < p->n_added; i++)
		MUST(fuzz_within(p->added[i].at, text));
}

static void check_one(const struct capgate_inspected *one, struct capgate_text text)
{
	struct strict_options options = {.depth_max = CAPGATE_DEPTH_MAX};
	struct strict_result result;
	struct capgate_policy policy;
	struct capgate_report report = {0};
	struct capgate_arena arena;
	struct capgate_spec spec = {0};

	MUST((one->rule != CAPGATE_RULE_NONE) == (one->config.len == 0));
	check_places(&one->places, text);
	if (one->rule || one->config.len > 4 * FUZZ_TEXT_MAX)
		return;
	if (!one->exact)
		MUST(strict_json(one->config.p, one->config.len, &options, &result));
	fuzz_arena(&arena);
	capgate_policy_init(&policy);
	documents_judge(one, &policy, &arena, &spec, &report);
	if (report.verdict == CAPGATE_PASS)
		fuzz_must_be_sound(one->config, CAPGATE_CONFIG, policy.allowed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct documents documents;
	struct capgate_arena arena;
	struct capgate_error err;
	struct capgate_text text;
	static unsigned char block[(size_t)8 << 20];

	if (size > FUZZ_TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	/* The judgements have the usual block. */
	capgate_arena_init(&arena, block, sizeof(block));
	if (documents_read(text, FUZZ_TEXT_MAX, &arena, &documents, &err) == 0)
		for (size_t i = 0; i < documents.n; i++)
			check_one(&documents.v[i], text);
	else
		MUST(err.pos == CAPGATE_NOWHERE || err.pos <= text.len);
	documents_release(&documents);
	free((char *)text.p);
	return 0;
}
