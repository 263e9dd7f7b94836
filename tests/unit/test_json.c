/* SPDX-License-Identifier: Apache-2.0 */
/* Strictness, limits and spans of the JSON layer. */
#include "unit.h"

#include "lib/json/read.h"
#include "core.h"

struct seen {
	struct capgate_text text;
	char spans[512]; /* every token as it stands, separated by | */
	size_t n;
};

static int note_span(void *user, const struct capgate_json_event *event)
{
	struct seen *s = user;

	s->n += (size_t)snprintf(s->spans + s->n, sizeof(s->spans) - s->n, "%.*s|",
				 (int)event->at.len, s->text.p + event->at.off);
	return 0;
}

static int parse(struct core *c, struct capgate_text text, bool comments, struct seen *seen)
{
	*seen = (struct seen){.text = text};
	return capgate_json_parse(text, (struct capgate_json_options){comments}, &c->arena,
				  note_span, seen, &c->err);
}

struct row {
	const char *text;
	size_t len; /* 0: strlen */
	enum capgate_rule rule; /* NONE: accepted */
	size_t pos;
};

static const struct row rows[] = {
	{"{}", 0, CAPGATE_RULE_NONE, 0},
	{" \t\r\n{ } \t\r\n", 0, CAPGATE_RULE_NONE, 0},
	{"[1e400,18446744073709551615,-0,0.5E-3]", 0, CAPGATE_RULE_NONE, 0},
	{"[\"\\ud83d\\ude00\",\"\\u00e9\",\"\\\\u0000\"]", 0, CAPGATE_RULE_NONE, 0},
	{"[\"\xc3\xa9\xf0\x9f\x98\x80\x7f\"]", 0, CAPGATE_RULE_NONE, 0},
	{"[\"a\" , \"b\",\t\"ccccccccc\"\n]", 0, CAPGATE_RULE_NONE, 0},
	{"[[\"[\",\"]\"],[\"a[\"]]", 0, CAPGATE_RULE_NONE, 0},
	{"{\"[ \":[\"a\",\"\\\"[\",[\"b\"],1]}", 0, CAPGATE_RULE_NONE, 0},
	{"[\"a\",]", 0, CAPGATE_RULE_SYNTAX, 5},
	{"[\"a\",,\"b\"]", 0, CAPGATE_RULE_SYNTAX, 6},
	{"[\"a\" \"b\"]", 0, CAPGATE_RULE_SYNTAX, 8},
	{"[\"a\":\"b\"]", 0, CAPGATE_RULE_SYNTAX, 5},
	{"[\"a\",\"b\"}", 0, CAPGATE_RULE_SYNTAX, 8},
	{"[\"a\",\"b\\x\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"a\",\"b\nc\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"a\",\"aaaaaaaa\tb\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"a\",/**/\"b\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"a\",\"b\"", 0, CAPGATE_RULE_SYNTAX, 8},
	{"[\"a\",", 0, CAPGATE_RULE_SYNTAX, 5},
	{"[\"a", 0, CAPGATE_RULE_SYNTAX, 3},
	{"[\"", 0, CAPGATE_RULE_SYNTAX, 2},
	{"{[\"a\"]:1}", 0, CAPGATE_RULE_SYNTAX, 1},
	{"1[\"a\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"a\"][\"b\"]", 0, CAPGATE_RULE_SYNTAX, 5},
	{"", 0, CAPGATE_RULE_SYNTAX, 0},
	{"   ", 0, CAPGATE_RULE_SYNTAX, 3},
	{"{", 0, CAPGATE_RULE_SYNTAX, 1},
	{"{}{}", 0, CAPGATE_RULE_SYNTAX, 2},
	{"{} x", 0, CAPGATE_RULE_SYNTAX, 3},
	{"{}\"", 0, CAPGATE_RULE_SYNTAX, 2},
	{"{} \"a\\", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"{}nul", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"{}-", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"{}\n,", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"{}/* c */", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"// c\n{}", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"{'a':1}", 0, CAPGATE_RULE_SYNTAX, 1},
	{"{\"a\":1,}", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[1,]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[NaN]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[TRUE]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[013]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[1.]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[.5]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[+1]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[1e]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[0x1]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"\\x\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"\\u12g4\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"a\tb\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"[\"a\nb\"]", 0, CAPGATE_RULE_SYNTAX, CAPGATE_NOWHERE},
	{"\xef\xbb\xbf{}", 0, CAPGATE_RULE_ENCODING, 0},
	{"{}\0", 3, CAPGATE_RULE_ENCODING, 2},
	{"\0{}", 3, CAPGATE_RULE_ENCODING, 0},
	{"{\f}", 0, CAPGATE_RULE_ENCODING, 1},
	{"{}\v", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"aaaaaaaaa\x01\"]", 0, CAPGATE_RULE_ENCODING, 11},
	{"[\"\xff\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\x80\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\xc0\x80\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\xc1\xbf\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\xe0\x80\x80\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\xed\xa0\x80\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\xf0\x80\x80\x80\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\xf4\x90\x80\x80\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\xf5\x80\x80\x80\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"\xc3\"]", 0, CAPGATE_RULE_ENCODING, 2},
	{"[\"a\\u0000\"]", 0, CAPGATE_RULE_HIDDEN_CHARACTER, 3},
	{"{\"k\\u0000\":1}", 0, CAPGATE_RULE_HIDDEN_CHARACTER, 3},
	{"[\"\\ud800\"]", 0, CAPGATE_RULE_HIDDEN_CHARACTER, 2},
	{"[\"\\udc00\"]", 0, CAPGATE_RULE_HIDDEN_CHARACTER, 2},
	{"[\"\\ud800\\ud800\"]", 0, CAPGATE_RULE_HIDDEN_CHARACTER, 2},
	{"[\"\\ud800x\"]", 0, CAPGATE_RULE_HIDDEN_CHARACTER, 2},
	{"[\"\\\\\\udfff\"]", 0, CAPGATE_RULE_HIDDEN_CHARACTER, 4},
};

START_TEST(only_strict_json_in_clean_utf8_is_accepted)
{
	const struct row *row = &rows[_i];
	struct capgate_text text = {row->text, row->len ? row->len : strlen(row->text)};
	struct core c;
	struct seen seen;
	int status;

	core_init(&c, text.len);
	status = parse(&c, text, false, &seen);
	if (row->rule == CAPGATE_RULE_NONE) {
		ck_assert_msg(status == 0, "%s", c.err.msg);
	} else {
		ck_assert_int_lt(status, 0);
		ck_assert_int_eq(c.err.rule, row->rule);
		if (row->pos != CAPGATE_NOWHERE)
			ck_assert_uint_eq(c.err.pos, row->pos);
		ck_assert_str_ne(c.err.msg, "");
		ck_assert_ptr_null(strchr(c.err.msg, '\n'));
	}
	core_release(&c);
}
END_TEST

START_TEST(spans_are_the_tokens_as_they_stand)
{
	struct capgate_text text = capgate_text_of(
		" {\"a\" : [ -1.50 , \"x\\ty\\\"\" ,null],\"b\":{ \"c\":true } }\n");
	struct core c;
	struct seen seen;

	core_init(&c, text.len);
	ck_assert_int_eq(parse(&c, text, false, &seen), 0);
	ck_assert_str_eq(seen.spans,
			 "{|\"a\"|[|-1.50|\"x\\ty\\\"\"|null|]|\"b\"|{|\"c\"|true|}|}|");
	core_release(&c);
}
END_TEST

/* Read in their place or one by one, strings of an array are the same. */
START_TEST(plain_strings_in_arrays_have_the_spans_of_others)
{
	struct capgate_text text = capgate_text_of(
		"{\"a\":[ \"\" ,\"x\",\"exactly8\",\"more than 8 [\" , \"q\\\"[\", \"y\"],"
		"\"b\":[\"z\",[\"[\"],7,\"u\"],\"c\":[\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"]}");
	struct core c;
	struct seen seen;

	core_init(&c, text.len);
	ck_assert_int_eq(parse(&c, text, false, &seen), 0);
	ck_assert_str_eq(seen.spans,
			 "{|\"a\"|[|\"\"|\"x\"|\"exactly8\"|\"more than 8 [\"|\"q\\\"[\"|\"y\"|]|"
			 "\"b\"|[|\"z\"|[|\"[\"|]|7|\"u\"|]|\"c\"|[|"
			 "\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"|]|}|");
	core_release(&c);
}
END_TEST

START_TEST(spans_skip_comments_where_they_are_allowed)
{
	struct capgate_text text =
		capgate_text_of("// a, \"b\"\n{ /* : */ \"k\" /**/ : // c\n 1 }/* */");
	struct core c;
	struct seen seen;

	core_init(&c, text.len);
	ck_assert_int_eq(parse(&c, text, true, &seen), 0);
	ck_assert_str_eq(seen.spans, "{|\"k\"|1|}|");
	core_release(&c);
}
END_TEST

START_TEST(a_comment_behind_the_document_must_end)
{
	static const char *const texts[] = {"{}/* c */", "{}// c", "{}/* c",
					    "{}/*",      "{}/",    "{}/* c */ \""};
	struct core c;
	struct seen seen;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		core_init(&c, 64);
		ck_assert_msg((parse(&c, capgate_text_of(texts[i]), true, &seen) == 0) == (i < 2),
			      "%s", texts[i]);
		core_release(&c);
	}
}
END_TEST

static void nest(char *p, size_t depth)
{
	memset(p, '[', depth);
	memset(p + depth, ']', depth);
}

START_TEST(depth_24_is_accepted_and_25_is_not)
{
	char text[64];
	struct core c;
	struct seen seen;

	core_init(&c, sizeof(text));
	nest(text, 24);
	ck_assert_int_eq(parse(&c, (struct capgate_text){text, 48}, false, &seen), 0);
	nest(text, 25);
	ck_assert_int_eq(parse(&c, (struct capgate_text){text, 50}, false, &seen), CAPGATE_ELIMIT);
	ck_assert_uint_eq(c.err.pos, 24);
	core_release(&c);
}
END_TEST

START_TEST(a_million_brackets_end_at_the_limit)
{
	size_t n = 1000000;
	char *text = malloc(n);
	struct core c;
	struct seen seen;

	ck_assert_ptr_nonnull(text);
	memset(text, '[', n);
	core_init(&c, n);
	ck_assert_int_eq(parse(&c, (struct capgate_text){text, n}, false, &seen), CAPGATE_ELIMIT);
	core_release(&c);
	free(text);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
	struct capgate_text text = capgate_text_of("{\"a\\n\":[\"b\\u00e9\",{\"c\":[[[[1]]]]}]}");
	bool done = false;

	for (size_t n = 1; !done; n++) {
		struct core c;
		struct seen seen;
		int status;

		core_init(&c, text.len);
		c.arena.fail_at = n;
		status = parse(&c, text, false, &seen);
		done = c.arena.allocations < n;
		ck_assert_int_eq(status, done ? 0 : CAPGATE_ENOMEM);
		ck_assert_uint_lt(n, 100);
		core_release(&c);
	}
}
END_TEST

START_TEST(only_plain_integers_are_numbers)
{
	static const char *const bad[] = {
		"", "-0", "-1", "1.0", "1e3", "4294967295", "18446744073709551616", "1 "};
	uint64_t v = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert(!capgate_json_uint(capgate_text_of(bad[i]), 4294967294u, &v));
	ck_assert_uint_eq(v, 7);
	ck_assert(capgate_json_uint(capgate_text_of("4294967294"), 4294967294u, &v));
	ck_assert_uint_eq(v, 4294967294u);
	ck_assert(capgate_json_uint(capgate_text_of("18446744073709551615"), UINT64_MAX, &v));
	ck_assert(v == UINT64_MAX);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("json");
	TCase *t = tcase_create("json");

	tcase_add_loop_test(t, only_strict_json_in_clean_utf8_is_accepted, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, spans_are_the_tokens_as_they_stand);
	tcase_add_test(t, plain_strings_in_arrays_have_the_spans_of_others);
	tcase_add_test(t, spans_skip_comments_where_they_are_allowed);
	tcase_add_test(t, a_comment_behind_the_document_must_end);
	tcase_add_test(t, depth_24_is_accepted_and_25_is_not);
	tcase_add_test(t, a_million_brackets_end_at_the_limit);
	tcase_add_test(t, every_allocation_may_fail);
	tcase_add_test(t, only_plain_integers_are_numbers);
	suite_add_tcase(s, t);
	return s;
}
