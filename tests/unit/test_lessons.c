/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of capabilities: records, their sums, their text. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "capgate.h"
#include "hook/lessons/lessons.h"
#include "lib/base/base.h"

static struct lesson *a, *b;

static void setup(void)
{
	a = calloc(1, sizeof(*a));
	b = calloc(1, sizeof(*b));
	ck_assert(a && b);
	strcpy(a->name, "web");
}

static void teardown(void)
{
	free(a);
	free(b);
}

static struct lesson_row row(uint64_t token, int cap, const char *program, uint64_t count)
{
	struct lesson_row r = {.token = token,
			       .cap = cap,
			       .count = count,
			       .granted = count,
			       .first = 10,
			       .last = 20};

	strncpy(r.program, program, LESSON_PROGRAM - 1);
	return r;
}

static void add(struct lesson *l, uint64_t token, int cap, const char *program, uint64_t count)
{
	struct lesson_row r = row(token, cap, program, count);

	lesson_add(l, &r);
}

/* Written, read back into b, and written again: the same.  Bytes of the structures would
 * be compared with what is between their members. */
static void through_text(const struct lesson *l)
{
	const size_t size = sizeof(*l) + LESSON_TEXT_MAX * 4;
	char *text = malloc(LESSON_TEXT_MAX), *same = malloc(LESSON_TEXT_MAX);
	void *block = malloc(size);
	struct capgate_out out = {text, LESSON_TEXT_MAX, 0}, again = {same, LESSON_TEXT_MAX, 0};
	struct capgate_arena arena;
	struct capgate_error err;

	ck_assert(text && same && block);
	lesson_write(l, &out);
	ck_assert_uint_le(out.len, out.size);
	ck_assert(lesson_is_record((struct capgate_text){text, out.len}));
	capgate_arena_init(&arena, block, size);
	ck_assert_msg(lesson_parse((struct capgate_text){text, out.len}, &arena, b, &err) == 0,
		      "%s", err.msg);
	lesson_write(b, &again);
	ck_assert_mem_eq(text, same, out.len);
	ck_assert_uint_eq(again.len, out.len);
	free(block);
	free(same);
	free(text);
}

START_TEST(the_same_counts_again_change_nothing)
{
	for (int i = 0; i < 3; i++) {
		struct lesson_run *run = lesson_run_of(a, 7, 100);

		ck_assert_ptr_nonnull(run);
		run->last = 160;
		lesson_clear(a, 7);
		add(a, 7, CAPGATE_CAP_KILL, "sh", 5);
	}
	ck_assert_uint_eq(a->n_runs, 1);
	ck_assert_uint_eq(a->n_rows, 1);
	ck_assert_uint_eq(a->row[0].count, 5);
	for (int i = 0; i < 3; i++)
		lesson_fold(a, lesson_run_of(a, 7, 100));
	ck_assert_uint_eq(a->runs, 1);
	ck_assert_uint_eq(a->seconds, 60);
	ck_assert_uint_eq(a->n_rows, 1);
	ck_assert_uint_eq(a->row[0].token, 0);
	ck_assert_uint_eq(a->row[0].count, 5);
	/* A run that is over is remembered until the kernel has forgotten it. */
	ck_assert_uint_eq(a->n_runs, 1);
	lesson_drop(a, lesson_run_of(a, 7, 100));
	ck_assert_uint_eq(a->n_runs, 0);
	ck_assert_uint_eq(a->runs, 1);
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
	struct lesson_run *run = lesson_run_of(a, UINT64_MAX, 5);

	run->last = 6;
	add(a, 0, CAPGATE_CAP_NET_RAW, "\x1b[31m\"\\", 3);
	add(a, UINT64_MAX, CAPGATE_CAP_KILL, "", 1);
	a->runs = 4;
	a->seconds = UINT64_MAX;
	a->first = 1;
	a->last = 9;
	a->lost = 2;
	through_text(a);
}
END_TEST

START_TEST(a_record_that_is_full_is_read_back)
{
	for (uint64_t i = 1; i <= LESSON_RUNS; i++)
		ck_assert_ptr_nonnull(lesson_run_of(a, i, 1));
	ck_assert_ptr_null(lesson_run_of(a, LESSON_RUNS + 1, 1));
	for (uint64_t token = 0; token <= LESSON_RUNS; token++)
		for (int cap = 0; cap < CAPGATE_NCAPS; cap++)
			for (char program = 'a'; program < 'a' + LESSON_PROGRAMS; program++)
				add(a, token, cap, (char[]){program, '\0'}, 1);
	ck_assert_uint_eq(a->n_rows, LESSON_ROWS);
	ck_assert_uint_gt(a->lost, 0);
	through_text(a);
}
END_TEST

START_TEST(programs_beyond_the_limit_count_as_others)
{
	char name[8];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		add(a, 0, CAPGATE_CAP_KILL, name, 1);
	}
	ck_assert_uint_eq(a->n_rows, LESSON_PROGRAMS + 1);
	ck_assert_str_eq(a->row[LESSON_PROGRAMS].program, "");
	ck_assert_uint_eq(a->row[LESSON_PROGRAMS].count, 40 - LESSON_PROGRAMS);
	ck_assert_uint_eq(a->lost, 0);
}
END_TEST

START_TEST(a_merge_adds_up_and_counts_runs_that_go_on)
{
	a->runs = 1;
	a->first = 50;
	a->last = 60;
	add(a, 0, CAPGATE_CAP_KILL, "sh", UINT64_MAX);
	b->runs = 2;
	b->first = 40;
	b->last = 55;
	add(b, 0, CAPGATE_CAP_KILL, "sh", 1);
	lesson_run_of(b, 3, 70)->last = 90;
	add(b, 3, CAPGATE_CAP_CHOWN, "cp", 2);
	lesson_run_of(b, 4, 70)->over = true;
	lesson_merge(a, b);
	ck_assert_uint_eq(a->runs, 4);
	ck_assert_uint_eq(a->seconds, 20);
	ck_assert_int_eq(a->first, 40);
	ck_assert_int_eq(a->last, 90);
	ck_assert_uint_eq(a->n_rows, 2);
	ck_assert_uint_eq(a->row[0].count, UINT64_MAX); /* and not 0 */
	ck_assert_uint_eq(a->row[1].token, 0);
	ck_assert_uint_eq(a->n_runs, 0);
}
END_TEST

START_TEST(each_name_has_a_file_of_its_own_in_the_store)
{
	static const struct {
		const char *name, *file;
	} rows[] = {
		{"web", "web.json"},
		{"docker.io/library/nginx:1.2", "docker.io%2Flibrary%2Fnginx%3A1.2.json"},
		{".", "%2E.json"},
		{"-x", "%2Dx.json"},
		{"a%2Fb", "a%252Fb.json"},
	};
	char file[STORE_FILE], other[STORE_FILE], name[LESSON_NAME];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		store_file(capgate_text_of(rows[i].name), STORE_RECORD, file);
		ck_assert_str_eq(file, rows[i].file);
	}
	store_file(capgate_text_of("web"), STORE_PROOF, file);
	ck_assert_str_eq(file, "web.proof.json");
	memset(name, '/', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	store_file(capgate_text_of(name), STORE_PROOF, file);
	name[sizeof(name) - 2] = 'x';
	store_file(capgate_text_of(name), STORE_PROOF, other);
	ck_assert_uint_lt(strlen(file), STORE_FILE - 1);
	ck_assert_str_ne(file, other);
	ck_assert(capgate_text_ends(capgate_text_of(file), ".proof.json"));
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("lessons");
	TCase *t = tcase_create("lessons");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_same_counts_again_change_nothing);
	tcase_add_test(t, what_is_written_is_read_back);
	tcase_add_test(t, a_record_that_is_full_is_read_back);
	tcase_add_test(t, programs_beyond_the_limit_count_as_others);
	tcase_add_test(t, a_merge_adds_up_and_counts_runs_that_go_on);
	tcase_add_test(t, each_name_has_a_file_of_its_own_in_the_store);
	suite_add_tcase(s, t);
	return s;
}
