/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, memory, and text that is written for people and programs. */
#include "unit.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "core.h"

/* Every code point, and every sequence that is none, of up to three bytes. */
START_TEST(utf8_is_exactly_what_the_standard_says)
{
	unsigned long good = 0, bad = 0;

	for (unsigned a = 0; a < 256; a++) {
		unsigned char p[4] = {(unsigned char)a};

		good += capgate_utf8_length(p, 1) == 1;
		for (unsigned b = 0x70; b < 0xd0; b++) {
			p[1] = (unsigned char)b;
			good += capgate_utf8_length(p, 2) == 2;
			for (unsigned c = 0x7f; c < 0xc1; c++) {
				p[2] = (unsigned char)c;
				good += capgate_utf8_length(p, 3) == 3;
				p[3] = 0x80;
				good += capgate_utf8_length(p, 4) == 4;
				p[3] = 0xc0;
				bad += capgate_utf8_length(p, 4) == 4;
			}
		}
	}
	ck_assert_uint_eq(bad, 0);
	/* U+0000..7F, U+0080..7FF, U+0800..FFFF less the surrogates, and one in
	 * 64 of U+10000..10FFFF. */
	ck_assert_uint_eq(good, 128 + 1920 + (63488 - 2048) + 0x100000 / 64);
	ck_assert_uint_eq(capgate_utf8_length((const unsigned char *)"a", 0), 0);
}
END_TEST

START_TEST(what_is_cut_off_is_no_character)
{
	static const char *const whole[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};

	for (size_t i = 0; i < 3; i++)
		for (size_t n = 1; n < strlen(whole[i]); n++)
			ck_assert_uint_eq(capgate_utf8_length((const unsigned char *)whole[i], n),
					  0);
}
END_TEST

START_TEST(an_arena_has_one_limit)
{
	unsigned char block[256];
	struct capgate_arena a;
	unsigned char *p;

	memset(block, 0xff, sizeof(block));
	capgate_arena_init(&a, block + 1, sizeof(block) - 1);
	p = capgate_arena_alloc(&a, 20);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq((uintptr_t)p % 16, 0);
	for (int i = 0; i < 20; i++)
		ck_assert_uint_eq(p[i], 0);
	ck_assert_ptr_null(capgate_arena_alloc(&a, 256));
	ck_assert_ptr_null(capgate_arena_alloc(&a, SIZE_MAX));
	ck_assert_ptr_null(capgate_arena_alloc(&a, SIZE_MAX - 8));
	ck_assert_ptr_nonnull(capgate_arena_raw(&a, a.size - a.used));
	ck_assert_ptr_null(capgate_arena_raw(&a, 1));
	capgate_arena_init(&a, NULL, 100);
	ck_assert_ptr_null(capgate_arena_alloc(&a, 1));
	capgate_arena_init(&a, block + 1, 3);
	ck_assert_ptr_null(capgate_arena_alloc(&a, 1));
}
END_TEST

START_TEST(vectors_grow_and_keep_what_they_hold)
{
	unsigned char block[1 << 16];
	struct capgate_arena a;
	size_t room = 0, other_room = 0;
	int *v = NULL, *other = NULL;

	capgate_arena_init(&a, block, sizeof(block));
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(
			capgate_arena_room(&a, (void **)&v, &room, (size_t)i + 1, sizeof(*v)), 0);
		v[i] = i;
		/* Another one in between, so that it cannot grow where it stands. */
		if (i == 20)
			ck_assert_int_eq(capgate_arena_room(&a, (void **)&other, &other_room, 3,
							    sizeof(*other)),
					 0);
	}
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(v[i], i);
	ck_assert_int_eq(capgate_arena_room(&a, (void **)&v, &room, SIZE_MAX / 2, sizeof(*v)),
			 CAPGATE_ENOMEM);
	ck_assert_int_eq(capgate_arena_room(&a, (void **)&v, &room, 17000, sizeof(*v)),
			 CAPGATE_ENOMEM);
	ck_assert_int_eq(v[999], 999);
}
END_TEST

START_TEST(errors_fit_and_are_told_what_they_are)
{
	struct capgate_error err;
	char big[1000], shown[40];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ck_assert_int_eq(capgate_fail(&err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, 3, "%s", big),
			 CAPGATE_EIO);
	ck_assert_uint_eq(strlen(err.msg), sizeof(err.msg) - 1);
	/* A long message ends with a whole word, and with a whole character. */
	for (size_t i = 5; i < sizeof(big) - 1; i += 6)
		big[i] = ' ';
	capgate_fail(&err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, 3, "%s", big);
	ck_assert_str_eq(err.msg + strlen(err.msg) - 10, " xxxxx ...");
	for (size_t i = 0; i + 1 < sizeof(big); i++)
		big[i] = i % 2 ? '\xa4' : '\xc3';
	capgate_fail(&err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, 3, "x%s", big);
	ck_assert_str_eq(err.msg + strlen(err.msg) - 6, "\xc3\xa4 ...");
	capgate_path_of(&err, "%s", big);
	ck_assert_uint_eq(strlen(err.path), sizeof(err.path) - 1);
	ck_assert_int_eq(capgate_fail_memory(&err), CAPGATE_ENOMEM);
	ck_assert_str_eq(capgate_shown(capgate_text_of("a\x1b[1m"), 10, shown, sizeof(shown)),
			 "a\\x1b[1m");
	ck_assert_str_eq(capgate_shown(capgate_text_of("abc"), 10, shown, 0), "");
	ck_assert_uint_lt(strlen(capgate_shown(capgate_text_of(big), 10, shown, sizeof(shown))),
			  sizeof(shown));
}
END_TEST

struct written {
	void (*write)(struct capgate_out *out, struct capgate_text t);
	const char *in;
	const char *expected;
};

static const struct written written[] = {
	{capgate_out_visible, "a\nb\x7f\xc3\xa9", "a\\x0ab\\x7f\xc3\xa9"},
	{capgate_out_visible, "\xff\xe2\x80\xae\xe2\x80\x8b\xe2\x80\xa9\xe2\x81\xa6",
	 "\\xff\\xe2\\x80\\xae\\xe2\\x80\\x8b\\xe2\\x80\\xa9\\xe2\\x81\\xa6"},
	{capgate_out_visible, "\xef\xbb\xbf\xef\xbf\xbf\xef\xbf\xbd",
	 "\\xef\\xbb\\xbf\\xef\\xbf\\xbf\xef\xbf\xbd"},
	{capgate_out_visible,
	 "\xd8\x9c\xc2\xad\xe1\xa0\x8e\xef\xbf\xb9\xf3\xa0\x81\x81\xf3\xa0\x84\x80",
	 "\\xd8\\x9c\\xc2\\xad\\xe1\\xa0\\x8e\\xef\\xbf\\xb9\\xf3\\xa0\\x81\\x81\xf3\xa0\x84\x80"},
	{capgate_out_visible,
	 "\xc2\x9b"
	 "1m\xc2\xa0\xe2\x82\xac",
	 "\\xc2\\x9b1m\xc2\xa0\xe2\x82\xac"},
	{capgate_out_json, "a\"\\\n\x7f\xc3\xa9\xff", "\"a\\\"\\\\\\u000a\\u007f\xc3\xa9\\ufffd\""},
	{capgate_out_markup, "<a href=\"x\" b='y'>&\x01",
	 "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\\x01"},
	{capgate_out_uri, "a b/c%\xc3\xa9", "a%20b/c%25%C3%A9"},
	{capgate_out_uri, "/a:b?c#d", "file:///a%3Ab%3Fc%23d"},
};

START_TEST(text_is_written_for_its_reader)
{
	const struct written *w = &written[_i];
	char buf[200];
	struct capgate_out out = {buf, sizeof(buf) - 1, 0}, none = {NULL, 0, 0};

	w->write(&out, capgate_text_of(w->in));
	buf[out.len] = '\0';
	ck_assert_str_eq(buf, w->expected);
	/* What does not fit is counted. */
	w->write(&none, capgate_text_of(w->in));
	ck_assert_uint_eq(none.len, out.len);
}
END_TEST

START_TEST(sets_and_numbers_are_written)
{
	char buf[200];
	struct capgate_out out = {buf, sizeof(buf) - 1, 0};

	capgate_out_set(&out, (capgate_set){0}, " ");
	capgate_out_string(&out, "|");
	capgate_out_set(&out, capgate_set_all(), " ");
	capgate_out_string(&out, "|");
	capgate_out_set(&out, (capgate_set){UINT64_C(1) << 45 | 1 << 5}, ",");
	capgate_out_string(&out, "|");
	capgate_out_cap(&out, 13);
	capgate_out_string(&out, "|");
	capgate_out_cap(&out, 45);
	buf[out.len] = '\0';
	ck_assert_str_eq(buf, "none|all|KILL,45|CAP_NET_RAW|capability 45");
}
END_TEST

START_TEST(long_pieces_are_formatted_whole_or_counted)
{
	enum { LONG = 700 };
	char piece[LONG + 1], buf[LONG + 2];

	memset(piece, 'x', LONG);
	piece[LONG] = '\0';
	for (size_t size = LONG - 1; size <= LONG + 2; size++) {
		struct capgate_out out = {buf, size, 0};

		memset(buf, '#', sizeof(buf));
		capgate_out_format(&out, "%s", piece);
		ck_assert_int_eq(out.len > out.size, size < LONG);
		if (size >= LONG) {
			ck_assert_uint_eq(out.len, LONG);
			ck_assert(memcmp(buf, piece, LONG) == 0);
		} else {
			ck_assert_int_eq(buf[size], '#');
		}
	}
}
END_TEST

START_TEST(texts_are_equal_only_in_every_byte)
{
	const char a[] = "0123456789abcdef0123456789";
	char b[sizeof(a)];

	for (size_t n = 0; n < sizeof(a); n++) {
		memcpy(b, a, sizeof(a));
		ck_assert(capgate_same_bytes(a, b, n));
		for (size_t i = 0; i < sizeof(a); i++) {
			b[i] ^= 1;
			ck_assert_int_eq(capgate_same_bytes(a, b, n), i >= n);
			b[i] ^= 1;
		}
	}
	ck_assert(capgate_text_is(capgate_text_of("abc"), "abc"));
	ck_assert(!capgate_text_is(capgate_text_of("abc"), "ab"));
	ck_assert(!capgate_text_is(capgate_text_of("ab"), "abc"));
	ck_assert(!capgate_text_is((struct capgate_text){"ab\0c", 4}, "ab"));
	ck_assert(capgate_text_is((struct capgate_text){0}, ""));
	ck_assert(!capgate_text_is((struct capgate_text){0}, "a"));
	ck_assert(capgate_text_equal((struct capgate_text){0}, (struct capgate_text){0}));
	ck_assert(!capgate_text_equal(capgate_text_of("ab"), capgate_text_of("abc")));
}
END_TEST

START_TEST(distance_counts_letters)
{
	ck_assert_uint_eq(
		capgate_text_distance(capgate_text_of("profile"), capgate_text_of("PROFLE"), 3), 1);
	ck_assert_uint_eq(
		capgate_text_distance(capgate_text_of("allow"), capgate_text_of("allow"), 3), 0);
	ck_assert_uint_eq(capgate_text_distance(capgate_text_of("abc"), capgate_text_of("xyz"), 3),
			  3);
	ck_assert_uint_eq(capgate_text_distance(capgate_text_of(""), capgate_text_of("ab"), 3), 2);
	ck_assert_uint_eq(
		capgate_text_distance(capgate_text_of("123456789012345678901234567890123"),
				      capgate_text_of("a"), 3),
		3);
}
END_TEST

START_TEST(numbers_without_meaning_have_no_name)
{
	ck_assert_ptr_null(capgate_cap_info(-1));
	ck_assert_ptr_null(capgate_cap_info(CAPGATE_NCAPS));
	ck_assert_ptr_null(capgate_cap_note(-1));
	ck_assert_int_eq(capgate_set_next(capgate_set_of(3), -5), 3);
	ck_assert_int_eq(capgate_set_next(capgate_set_of(3), 64), -1);
	ck_assert_int_eq(capgate_rule_find(capgate_text_of("no such rule")), CAPGATE_NRULES);
	ck_assert_ptr_nonnull(capgate_lint_info((enum capgate_lint_rule)0)->id);
	ck_assert_ptr_nonnull(capgate_lint_info((enum capgate_lint_rule)9999)->id);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("text");
	TCase *t = tcase_create("text");

	tcase_add_test(t, utf8_is_exactly_what_the_standard_says);
	tcase_add_test(t, what_is_cut_off_is_no_character);
	tcase_add_test(t, an_arena_has_one_limit);
	tcase_add_test(t, vectors_grow_and_keep_what_they_hold);
	tcase_add_test(t, errors_fit_and_are_told_what_they_are);
	tcase_add_loop_test(t, text_is_written_for_its_reader, 0,
			    sizeof(written) / sizeof(written[0]));
	tcase_add_test(t, sets_and_numbers_are_written);
	tcase_add_test(t, long_pieces_are_formatted_whole_or_counted);
	tcase_add_test(t, texts_are_equal_only_in_every_byte);
	tcase_add_test(t, distance_counts_letters);
	tcase_add_test(t, numbers_without_meaning_have_no_name);
	suite_add_tcase(s, t);
	return s;
}
