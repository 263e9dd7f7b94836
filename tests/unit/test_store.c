/* SPDX-License-Identifier: Apache-2.0 */
/* What engines wrote down about a container, and where their lists are. */
#include "unit.h"

#include <string.h>

#include "hook/engines/daemonwords.h"
#include "hook/engines/store.h"

static unsigned char block[1 << 20];
static struct store_record record;
static struct capgate_error err;

static int docker(const char *text)
{
	struct capgate_arena arena;

	capgate_arena_init(&arena, block, sizeof(block));
	return store_read_docker(capgate_text_of(text), &arena, &record, &err);
}

static int storage(const char *text, const char *id)
{
	struct capgate_arena arena;

	capgate_arena_init(&arena, block, sizeof(block));
	return store_read_storage(capgate_text_of(text), capgate_text_of(id), &arena, &record,
				  &err);
}

static bool is(struct capgate_text t, const char *text)
{
	return capgate_text_is(t, text);
}

START_TEST(dockers_two_files_fill_one_record)
{
	record = (struct store_record){0};
	ck_assert_int_eq(docker("{\"ID\":\"c1\",\"Name\":\"/web\",\"Config\":{\"Image\":\"nginx\"},"
				"\"State\":{\"Running\":true}}"),
			 0);
	ck_assert_int_eq(docker("{\"Runtime\":\"nvidia\",\"Memory\":0,\"Privileged\":true}"), 0);
	ck_assert(is(record.id, "c1") && is(record.name, "web") && is(record.image, "nginx"));
	ck_assert(is(record.runtime, "nvidia") && record.running && record.privileged);
}
END_TEST

START_TEST(a_file_that_breaks_off_changes_no_record)
{
	record = (struct store_record){.running = true};
	ck_assert_int_lt(docker("{\"ID\":\"c1\",\"State\":{\"Running\":false}"), 0);
	ck_assert(record.running && record.id.len == 0);
	ck_assert_int_lt(storage("[{\"id\":\"c1\",\"names\":[\"web\"]}", "c1"), 0);
	ck_assert_uint_eq(record.name.len, 0);
}
END_TEST

START_TEST(a_value_of_another_type_says_nothing)
{
	record = (struct store_record){0};
	ck_assert_int_eq(docker("{\"ID\":1,\"Config\":{\"Image\":[\"x\"]},\"State\":"
				"{\"Running\":\"true\"}}"),
			 0);
	ck_assert(!record.id.len && !record.image.len && !record.running);
}
END_TEST

#define ENTRY(id, rest) "{\"id\":\"" id "\"," rest "}"

START_TEST(of_a_list_the_entry_of_that_id_counts)
{
	const char *list = "[" ENTRY("a", "\"names\":[\"one\",\"uno\"]") ","
		ENTRY("b", "\"metadata\":\"{\\\"image-name\\\":\\\"x:1\\\","
			   "\\\"name\\\":\\\"two\\\"}\","
			   "\"names\":[\"second\"]") "]";

	ck_assert_int_eq(storage(list, "a"), 0);
	ck_assert(is(record.id, "a") && is(record.name, "one") && record.image.len == 0);
	ck_assert_int_eq(storage(list, "b"), 0);
	ck_assert(is(record.name, "two") && is(record.image, "x:1"));
	ck_assert_int_eq(storage(list, "c"), 0);
	ck_assert(record.id.len == 0 && record.name.len == 0);
}
END_TEST

START_TEST(metadata_that_cannot_be_read_leaves_the_name_of_the_entry)
{
	ck_assert_int_eq(storage("[" ENTRY("a", "\"names\":[\"one\"],\"metadata\":\"{"
						"\\\"image-name\\\":\\\"x\\\"\"") "]", "a"), 0);
	ck_assert(is(record.name, "one") && record.image.len == 0);
}
END_TEST

START_TEST(a_list_is_looked_for_beside_the_bundle_first)
{
	struct engine_roots roots;
	char path[128];
	size_t n = 0;

	engine_roots_known(&roots);
	ck_assert(store_list_at(&roots, ROOT_GRAPH, capgate_text_of("/g/vfs-containers/"), 0, path,
				sizeof(path)));
	ck_assert_str_eq(path, "/g/vfs-containers/containers.json");
	ck_assert(store_list_at(&roots, ROOT_GRAPH, capgate_text_of("/g/vfs-containers/"), 1, path,
				sizeof(path)));
	ck_assert_str_eq(path, "/var/lib/containers/storage/overlay-containers/containers.json");
	ck_assert(store_list_at(&roots, ROOT_RUN, (struct capgate_text){0}, 1, path, sizeof(path)));
	ck_assert_str_eq(path, "/run/containers/storage/vfs-containers/volatile-containers.json");
	while (store_list_at(&roots, ROOT_RUN, (struct capgate_text){0}, n, path, sizeof(path)))
		ck_assert_uint_lt(n++, 100);
	ck_assert_uint_eq(n, 4);
	ck_assert(store_list_at(&roots, ROOT_RUN, (struct capgate_text){0}, 0, path, 20));
	ck_assert_str_eq(path, "");
}
END_TEST

START_TEST(an_options_value_is_a_word_of_its_own_or_follows_an_equals_sign)
{
	static const char line[] = "dockerd\0--add-runtime\0a=/x\0--add-runtimes=no\0"
				   "--add-runtime=b=/y\0--data-root\0/d\0--data-root=\0--last";
	static struct daemon_words w;
	size_t at = 0;

	memcpy(w.v, line, sizeof(line));
	w.len = sizeof(line);
	ck_assert_str_eq(daemon_words_next(&w, "--add-runtime", &at), "a=/x");
	ck_assert_str_eq(daemon_words_next(&w, "--add-runtime", &at), "b=/y");
	ck_assert_ptr_null(daemon_words_next(&w, "--add-runtime", &at));
	ck_assert_str_eq(daemon_words_last(&w, "--data-root"), "");
	ck_assert_ptr_null(daemon_words_last(&w, "--last"));
	ck_assert_ptr_null(daemon_words_last(&w, "--data"));
	w.len = 0;
	ck_assert_ptr_null(daemon_words_last(&w, "--data-root"));
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("store");
	TCase *c = tcase_create("read");

	tcase_add_test(c, dockers_two_files_fill_one_record);
	tcase_add_test(c, a_file_that_breaks_off_changes_no_record);
	tcase_add_test(c, a_value_of_another_type_says_nothing);
	tcase_add_test(c, of_a_list_the_entry_of_that_id_counts);
	tcase_add_test(c, metadata_that_cannot_be_read_leaves_the_name_of_the_entry);
	tcase_add_test(c, a_list_is_looked_for_beside_the_bundle_first);
	tcase_add_test(c, an_options_value_is_a_word_of_its_own_or_follows_an_equals_sign);
	suite_add_tcase(s, c);
	return s;
}
