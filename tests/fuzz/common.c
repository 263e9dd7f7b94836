/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

void fuzz_arena(struct capgate_arena *ret)
{
	static unsigned char *block;
	static size_t size;

	if (!block) {
		size = capgate_arena_for(FUZZ_TEXT_MAX);
		block = malloc(size);
		MUST(block);
	}
	capgate_arena_init(ret, block, size);
}

struct capgate_text fuzz_copy(const uint8_t *data, size_t size)
{
	char *p = malloc(size ? size : 1);

	MUST(p);
	if (size)
		memcpy(p, data, size);
	return (struct capgate_text){p, size};
}

bool fuzz_within(struct capgate_span at, struct capgate_text text)
{
	return at.off <= text.len && at.len <= text.len - at.off;
}

static void must_be_json(const struct capgate_out *out)
{
	struct strict_options options = {.depth_max = 64};
	struct strict_result ignored;

	/* What did not fit was counted; the rest ends anywhere. */
	if (out->len <= out->size && out->len <= 4 * FUZZ_TEXT_MAX)
		MUST(strict_json(out->p, out->len, &options, &ignored));
}

void fuzz_reports(const struct capgate_report *report, const struct capgate_spec *spec,
		  const struct capgate_policy *policy, struct capgate_text text)
{
	static const char name[] = "dir/na\xc3\xafve <&\"'>\x1b\xff.json";
	static char buf[1 << 18];
	const struct capgate_subject subject = {
		{name, sizeof(name) - 1}, text, {name, sizeof(name) - 1}};
	struct capgate_out out = {buf, sizeof(buf), 0}, little = {buf, 100, 0};

	capgate_report_json(report, spec, policy, &subject, &out);
	must_be_json(&out);
	capgate_report_json(report, spec, policy, &subject, &little);
	MUST(little.len == out.len);
	out.len = 0;
	capgate_out_string(&out, "[");
	capgate_report_sarif(report, spec, policy, &subject, &out);
	capgate_out_string(&out, "]");
	must_be_json(&out);
	out.len = 0;
	capgate_report_junit(report, spec, policy, &subject, &out);
	capgate_report_github(report, spec, policy, &subject, &out);
	capgate_report_html(report, spec, policy, &subject, "a", &out);
	out.len = 0;
	capgate_report_sentence(report, spec, policy, &out);
	MUST(out.len > out.size || !memchr(buf, '\n', out.len));
	for (int r = 0; r < CAPGATE_NREMEDIES; r++)
		(void)capgate_remedy_write((enum capgate_remedy)r, report, spec, policy, &out);
}

struct soundness {
	capgate_set allowed;
};

static void check_entry(void *user, const char *string, size_t len)
{
	const struct soundness *s = user;
	int cap = -1;

	MUST(string);
	for (int c = 0; c < CAPGATE_NCAPS; c++)
		if (strlen(capgate_cap_info(c)->name) == len &&
		    memcmp(capgate_cap_info(c)->name, string, len) == 0)
			cap = c;
	MUST(cap >= 0);
	MUST(s->allowed.bits >> cap & 1);
}

void fuzz_must_be_sound(struct capgate_text text, enum capgate_kind kind, capgate_set allowed)
{
	struct soundness s = {allowed};
	struct strict_options options = {.depth_max = CAPGATE_DEPTH_MAX,
					 .entry = check_entry,
					 .user = &s,
					 .bare_process = kind == CAPGATE_PROCESS};
	struct strict_result result;

	MUST(strict_json(text.p, text.len, &options, &result));
	MUST(result.capabilities_object);
}
