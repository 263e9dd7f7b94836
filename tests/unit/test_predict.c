/* SPDX-License-Identifier: Apache-2.0 */
/* What check remembers of its predictions from one specification to the next. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hook/predict/memory.h"
#include "core.h"

static char root[] = "/tmp/test_predict.XXXXXX";

static void in_root(char path[256], const char *name)
{
	snprintf(path, 256, "%s/%s", root, name);
}

/* An ELF header without segments: a native program that wants no loader.  It takes the
 * place of what had that name. */
static void write_program(const char *name, mode_t mode)
{
	char path[256], new[256];
	FILE *file;

	in_root(path, name);
	in_root(new, "new");
	file = fopen(new, "we");
	ck_assert_ptr_nonnull(file);
	for (size_t i = 0; i < 64; i++) {
		static const unsigned char head[64] = {0x7f, 'E', 'L', 'F', 2, 1, 1, [54] = 56};

		fputc(head[i], file);
	}
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(chmod(new, mode), 0);
	ck_assert_int_eq(rename(new, path), 0);
}

static void begin(void)
{
	char path[256];

	ck_assert_ptr_nonnull(mkdtemp(root));
	in_root(path, "bin");
	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert_int_eq(chmod(root, 0755), 0);
	write_program("bin/program", 0755);
}

/* Waits until what was changed counts as settled, so that it is remembered. */
static void settle(void)
{
	const struct timespec pause = {0, 60000000};

	ck_assert_int_eq(nanosleep(&pause, NULL), 0);
}

static void end(void)
{
	char path[256];

	in_root(path, "bin/program");
	unlink(path);
	in_root(path, "bin/other");
	unlink(path);
	in_root(path, "bin");
	rmdir(path);
	rmdir(root);
	memcpy(root + sizeof(root) - 7, "XXXXXX", 6);
}

static const char *more_mounts = ""; /* of the specification, after a comma */

/* The prediction for a process of that user which executes that program. */
static struct prediction ask(struct predict_memory *memory, unsigned uid, const char *program)
{
	char text[1024];
	struct core core;
	struct prediction prediction;
	int n = snprintf(text, sizeof(text),
			 "{\"ociVersion\":\"1.0.2\",\"process\":{\"user\":{\"uid\":%u,\"gid\":%u},"
			 "\"args\":[\"%s\"],\"env\":[\"PATH=/sbin:/bin\"],\"cwd\":\"/\","
			 "\"capabilities\":{}},\"root\":{\"path\":\"%s\"},"
			 "\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"}%s]}",
			 uid, uid, program, root, more_mounts);

	ck_assert_int_gt(n, 0);
	core_init(&core, (size_t)n);
	core_judge(&core, (struct capgate_text){text, (size_t)n}, CAPGATE_CONFIG);
	ck_assert(core.report.parsed);
	predict(&core.spec, &core.report, -1, false, memory, &prediction);
	core_release(&core);
	return prediction;
}

/* With and without a memory, once and again: always the same. */
static void expect(struct predict_memory *memory, unsigned uid, const char *program,
		   enum prediction_kind kind)
{
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(ask(NULL, uid, program).after, kind);
		ck_assert_int_eq(ask(memory, uid, program).after, kind);
	}
}

START_TEST(what_is_remembered_is_what_would_be_found)
{
	struct predict_memory *memory = predict_memory_new();

	begin();
	write_program("bin/other", 0700);
	expect(memory, 0, "program", PREDICT_STARTS);
	expect(memory, 1000, "program", PREDICT_STARTS);
	expect(memory, 1000, "other", PREDICT_EACCES);
	expect(memory, 0, "/bin/other", PREDICT_STARTS);
	expect(memory, 0, "missing", PREDICT_NOT_FOUND);
	end();
	predict_memory_free(memory);
}
END_TEST

START_TEST(no_answer_is_kept_across_a_change_of_the_program)
{
	struct predict_memory *memory = predict_memory_new();
	char path[256];

	begin();
	settle();
	in_root(path, "bin/program");
	expect(memory, 0, "program", PREDICT_STARTS);
	write_program("bin/program", 0644); /* another file */
	expect(memory, 0, "program", PREDICT_EACCES);
	ck_assert_int_eq(chmod(path, 0755), 0); /* the same file, another mode */
	expect(memory, 0, "program", PREDICT_STARTS);
	ck_assert_int_eq(unlink(path), 0);
	expect(memory, 0, "program", PREDICT_NOT_FOUND);
	end();
	predict_memory_free(memory);
}
END_TEST

START_TEST(another_root_with_the_same_path_is_another_root)
{
	struct predict_memory *memory = predict_memory_new();
	char aside[64];

	begin();
	settle();
	expect(memory, 0, "program", PREDICT_STARTS);
	snprintf(aside, sizeof(aside), "%s.aside", root);
	ck_assert_int_eq(rename(root, aside), 0);
	ck_assert_int_eq(mkdir(root, 0755), 0);
	expect(memory, 0, "program", PREDICT_NOT_FOUND);
	ck_assert_int_eq(rmdir(root), 0);
	ck_assert_int_eq(rename(aside, root), 0);
	end();
	predict_memory_free(memory);
}
END_TEST

START_TEST(two_mounts_at_one_place_have_two_answers)
{
	struct predict_memory *memory = predict_memory_new();
	char bind[512];

	begin();
	settle();
	snprintf(bind, sizeof(bind),
		 ",{\"destination\":\"/bin/program\",\"type\":\"bind\",\"source\":"
		 "\"%s/bin/program\",\"options\":[\"bind\"]}",
		 root);
	more_mounts = ",{\"destination\":\"/bin/program\",\"type\":\"tmpfs\"}";
	expect(memory, 0, "program", PREDICT_UNKNOWN);
	more_mounts = bind;
	expect(memory, 0, "program", PREDICT_STARTS);
	more_mounts = "";
	end();
	predict_memory_free(memory);
}
END_TEST

static bool has(struct predict_memory *memory)
{
	char text[512];
	struct core core;
	struct predict_root opened;
	struct predict_directory directory;
	struct predict_key key;
	bool known;
	int n = snprintf(text, sizeof(text),
			 "{\"ociVersion\":\"1.0.2\",\"process\":{\"user\":{\"uid\":0,\"gid\":0},"
			 "\"args\":[\"program\"],\"env\":[\"PATH=/sbin:/bin\"],\"cwd\":\"/\","
			 "\"capabilities\":{}},\"root\":{\"path\":\"%s\"},"
			 "\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"}]}",
			 root);

	core_init(&core, (size_t)n);
	core_judge(&core, (struct capgate_text){text, (size_t)n}, CAPGATE_CONFIG);
	ck_assert(predict_root_open(&core.spec, -1, &opened));
	ck_assert(predict_directory_of(opened.fd, &directory));
	ck_assert(predict_key_make(&core.spec, &core.report, capgate_text_of("/sbin:/bin"), &key));
	ck_assert(predict_key_finish(&key, &directory));
	known = predict_recall(memory, &opened, &directory, &key) != NULL;
	predict_root_close(&opened);
	core_release(&core);
	return known;
}

START_TEST(an_answer_is_used_again_while_nothing_changed)
{
	struct predict_memory *memory = predict_memory_new();

	begin();
	expect(memory, 0, "program", PREDICT_STARTS); /* too new to be remembered */
	settle();
	ck_assert(!has(memory));
	expect(memory, 0, "program", PREDICT_STARTS);
	ck_assert(has(memory));
	write_program("bin/program", 0755);
	settle();
	ck_assert(!has(memory));
	end();
	predict_memory_free(memory);
}
END_TEST

static void make_directory(const char *name, mode_t mode)
{
	char path[256];

	in_root(path, name);
	ck_assert_int_eq(mkdir(path, 0777), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static void remove_from_root(const char *name)
{
	char path[256];

	in_root(path, name);
	ck_assert_int_eq(remove(path), 0);
}

START_TEST(no_answer_is_kept_when_a_path_leads_elsewhere)
{
	struct predict_memory *memory = predict_memory_new();
	char path[256];

	begin();
	settle();
	expect(memory, 0, "program", PREDICT_STARTS);
	make_directory("sbin", 0755);
	settle();
	expect(memory, 0, "program", PREDICT_STARTS);
	write_program("sbin/program", 0644); /* earlier in PATH: passed by */
	expect(memory, 0, "program", PREDICT_STARTS);
	in_root(path, "sbin/program");
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink("/proc/elsewhere", path), 0); /* what a mount covers */
	expect(memory, 0, "program", PREDICT_UNKNOWN);
	remove_from_root("sbin/program");
	expect(memory, 0, "program", PREDICT_STARTS);
	expect(memory, 1000, "program", PREDICT_STARTS);
	in_root(path, "bin");
	ck_assert_int_eq(chmod(path, 0700), 0); /* the way there */
	expect(memory, 1000, "program", PREDICT_EACCES);
	ck_assert_int_eq(chmod(path, 0755), 0);
	expect(memory, 1000, "program", PREDICT_STARTS);
	settle();
	expect(memory, 0, "missing", PREDICT_NOT_FOUND);
	write_program("sbin/missing", 0755);
	expect(memory, 0, "missing", PREDICT_STARTS);
	remove_from_root("sbin/missing");
	expect(memory, 0, "missing", PREDICT_NOT_FOUND);
	remove_from_root("sbin");
	end();
	predict_memory_free(memory);
}
END_TEST

/* Ten were found; then the program was taken away. */
START_TEST(what_was_found_before_the_answer_has_it_without_a_look)
{
	struct predict_memory *memory = predict_memory_new();

	begin();
	settle();
	predict_memory_now(memory, 3, 10);
	ck_assert_int_eq(ask(memory, 0, "program").after, PREDICT_STARTS);
	remove_from_root("bin/program");
	settle();
	predict_memory_now(memory, 9, 20);
	ck_assert_int_eq(ask(memory, 0, "program").after, PREDICT_STARTS);
	ck_assert_int_eq(ask(memory, 0, "other").after, PREDICT_NOT_FOUND);
	predict_memory_now(memory, 10, 20);
	ck_assert_int_eq(ask(memory, 0, "program").after, PREDICT_NOT_FOUND);
	write_program("bin/program", 0755);
	settle();
	predict_memory_now(memory, 19, 30);
	ck_assert_int_eq(ask(memory, 0, "program").after, PREDICT_NOT_FOUND);
	predict_memory_now(memory, 20, 30);
	ck_assert_int_eq(ask(memory, 0, "program").after, PREDICT_STARTS);
	end();
	predict_memory_free(memory);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("predict");
	TCase *t = tcase_create("memory");

	tcase_add_test(t, what_is_remembered_is_what_would_be_found);
	tcase_add_test(t, no_answer_is_kept_across_a_change_of_the_program);
	tcase_add_test(t, another_root_with_the_same_path_is_another_root);
	tcase_add_test(t, two_mounts_at_one_place_have_two_answers);
	tcase_add_test(t, an_answer_is_used_again_while_nothing_changed);
	tcase_add_test(t, no_answer_is_kept_when_a_path_leads_elsewhere);
	tcase_add_test(t, what_was_found_before_the_answer_has_it_without_a_look);
	suite_add_tcase(s, t);
	return s;
}
