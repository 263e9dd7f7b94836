/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile that was edited and is read only where it was: whatever the edit is, a reading
 * that succeeds is the strict reader's of the whole text.  Every cut, and everything that
 * may be put in, at every place.
 */
#include "unit.h"

#include "core.h"
#include "lib/judge/again.h"
#include "samereading.h"

#define SPEC_OF(profile) \
	"{\"process\":{\"capabilities\":{}},\"linux\":{\"seccomp\":" profile "},\"mounts\":[]}"

/* Names and rules that matter and that do not, first, last, alone and beside each other. */
static const char *const texts[] = {
	SPEC_OF("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
		"{\"names\":[\"read\",\"clone\", \"unshare\" ,\"setuid\"],\"action\":\"A\"} , "
		"{\"names\":[\"setns\"]},{\"names\":[\"clone3\"],\"args\":"
		"[{\"index\":0,\"value\":17,\"valueTwo\":0}]},{\"names\":[\"read\"]}]}"),
	SPEC_OF("{\"syscalls\":[{\"names\":[\"clone\"]},{\"names\":[\"clone\",\"clone\"],\"x\":"
		"[\"clone\",{\"names\":[\"setns\"]}]}],\"y\":[{\"names\":[\"unshare\"]}]}"),
	SPEC_OF("{\"syscalls\":[]}"),
	SPEC_OF("{\"syscalls\":null}"),
	SPEC_OF("{}"),
};

static void begin(struct core *c, const char *text)
{
	core_init(c, 65536);
	ck_assert_int_eq(capgate_spec_parse(capgate_text_of(text), CAPGATE_CONFIG, &c->arena,
					    &c->spec, &c->err),
			 0);
}

/* Was it read by its parts?  Then as the whole is. */
static bool read_as_edited(struct core *c, struct capgate_edit edit)
{
	const struct capgate_edits one = {&edit, 1};
	const size_t used = c->arena.used;
	struct capgate_spec edited, whole;
	struct capgate_text out;
	bool taken;

	ck_assert_int_eq(capgate_rewrite_apply(c->spec.text, &one, &c->arena, &out, &c->err), 0);
	taken = capgate_read_edited(&c->spec, &one, out, &c->arena, &edited) == 0;
	if (taken) {
		ck_assert_msg(capgate_spec_parse(out, CAPGATE_CONFIG, &c->arena, &whole, &c->err) ==
				      0,
			      "%s: %.*s", c->err.msg, (int)out.len, out.p);
		ck_assert_msg(same_reading(&edited, &whole), "%.*s", (int)out.len, out.p);
	}
	c->arena.used = used;
	return taken;
}

START_TEST(a_cut_that_is_read_by_its_parts_is_read_as_the_whole)
{
	/* Of the first text: clone, unshare, and both; the second rule, the third, and both;
	 * each with the comma before or with the one after; the first rule, and the first two,
	 * with the one after.  Of the second: each rule and each name of its second rule. */
	static const unsigned taken[] = {14, 4, 0, 0, 0};
	unsigned n = 0;
	struct core c;

	begin(&c, texts[_i]);
	for (size_t from = c.spec.seccomp.at.off; from < c.spec.text.len; from++)
		for (size_t to = from + 1; to <= c.spec.text.len && to - from <= 130; to++)
			n += read_as_edited(&c, (struct capgate_edit){{from, to - from}, {"", 0}});
	ck_assert_uint_eq(n, taken[_i]);
	core_release(&c);
}
END_TEST

START_TEST(what_is_put_in_and_read_by_its_parts_is_read_as_the_whole)
{
	static const struct {
		const char *words;
		unsigned taken; /* of all places in the first text */
	} rows[] = {
		{"{\"names\":[\"unshare\"],\"action\":\"SCMP_ACT_ALLOW\"},", 1},
		{" {\"names\":[\"capset\"],\"args\":[{\"value\":1}]} ,{},{\"names\":null}\n, ", 1},
		{"{\"names\":[\"unshare\"]}", 0}, /* no comma */
		{"{\"names\":[\"unshare\"]},,", 0},
		{"{\"names\":[\"unshare\",\"unshare\"],\"names\":[]},", 0},
		{"{\"names\":[\"unshare\"]}],\"syscalls\":[", 0},
		{"{\"names\":[\"unshare\"]}],\"x\":[", 0},
		{"{\"names\":[\"unshare\"]}]},\"x\":{\"y\":[", 0},
		{"{\"x\":[", 0},
		{"{},\"x\":[", 0},
		{"1,", 0},
		{"\"seccomp\":{},", 0},
		{"\"clone\",", 0},
		{" ", 1},
		{"[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]],", 0},     /* too deep, and no rule */
		{"{\"x\":[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]},", 1}, /* just not too deep */
		{"{\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]},", 0},
	};
	struct core c;

	begin(&c, texts[_i]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned n = 0;

		for (size_t at = c.spec.seccomp.at.off; at < c.spec.text.len; at++)
			n += read_as_edited(
				&c, (struct capgate_edit){{at, 0}, capgate_text_of(rows[i].words)});
		ck_assert_msg(n == (_i < 2 ? rows[i].taken : 0), "%u: %s", n, rows[i].words);
	}
	core_release(&c);
}
END_TEST

START_TEST(a_value_that_is_read_by_its_parts_is_read_as_the_whole)
{
	static const struct {
		const char *words;
		unsigned taken;
	} rows[] = {{"268435473", 1},
		    {"0", 1},
		    {"18446744073709551615", 1},
		    {"00", 0},
		    {"017", 0},
		    {"-1", 0},
		    {"18446744073709551616", 0},
		    {"1.0", 0},
		    {"1e3", 0},
		    {"", 0},
		    {"\"1\"", 0},
		    {"1,\"x\":1", 0}};
	struct core c;

	begin(&c, texts[0]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned n = 0;

		for (size_t from = c.spec.seccomp.at.off; from < c.spec.text.len; from++)
			for (size_t len = 1; len < 4 && from + len <= c.spec.text.len; len++)
				n += read_as_edited(
					&c, (struct capgate_edit){{from, len},
								  capgate_text_of(rows[i].words)});
		ck_assert_msg(n == rows[i].taken, "%u: %s", n, rows[i].words);
	}
	core_release(&c);
}
END_TEST

/* Whoever calls it says what the text is by the edits, and is not believed. */
START_TEST(a_text_that_the_edits_do_not_make_is_not_read_by_its_parts)
{
	const char rule[] = "{\"names\":[\"setns\"]},";
	struct capgate_edit edit;
	struct capgate_edits one = {&edit, 1};
	struct capgate_spec edited;
	struct capgate_text out;
	struct core c;
	char *bytes;

	begin(&c, texts[0]);
	edit = (struct capgate_edit){{c.spec.seccomp.syscalls_at.off + 1, 0},
				     capgate_text_of(rule)};
	ck_assert_int_eq(capgate_rewrite_apply(c.spec.text, &one, &c.arena, &out, &c.err), 0);
	ck_assert_int_eq(capgate_read_edited(&c.spec, &one, out, &c.arena, &edited), 0);
	bytes = (char *)(uintptr_t)out.p;
	for (size_t i = 0; i < out.len; i++) {
		bytes[i] ^= 1;
		ck_assert_msg(capgate_read_edited(&c.spec, &one, out, &c.arena, &edited) < 0,
			      "%.*s", (int)out.len, out.p);
		bytes[i] ^= 1;
	}
	edit.with = capgate_text_of("{\"names\":[\"clone\"]},");
	ck_assert_int_lt(capgate_read_edited(&c.spec, &one, out, &c.arena, &edited), 0);
	core_release(&c);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("editedprofile");
	TCase *t = tcase_create("editedprofile");
	const int n = sizeof(texts) / sizeof(*texts);

	tcase_add_loop_test(t, a_cut_that_is_read_by_its_parts_is_read_as_the_whole, 0, n);
	tcase_add_loop_test(t, what_is_put_in_and_read_by_its_parts_is_read_as_the_whole, 0, n);
	tcase_add_test(t, a_value_that_is_read_by_its_parts_is_read_as_the_whole);
	tcase_add_test(t, a_text_that_the_edits_do_not_make_is_not_read_by_its_parts);
	suite_add_tcase(s, t);
	return s;
}
