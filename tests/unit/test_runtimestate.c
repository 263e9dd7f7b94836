/* SPDX-License-Identifier: Apache-2.0 */
/* What runtimes write down about a container, read. */
#include "unit.h"

#include "hook/engines/runtimestate.h"

static unsigned char block[1 << 20];
static struct runtimestate state;
static struct capgate_error err;
static char sets[4096];

/* The state; its capabilities as text, or NULL where it cannot be read. */
static const char *parse(const char *text)
{
	struct capgate_arena arena;
	struct capgate_out caps = {sets, sizeof(sets) - 1, 0};

	capgate_arena_init(&arena, block, sizeof(block));
	if (runtimestate_parse(capgate_text_of(text), &arena, &caps, &state, &err) < 0)
		return NULL;
	sets[caps.len] = '\0';
	return sets;
}

static int bundle_is(const char *path)
{
	return capgate_text_is(state.bundle, path);
}

#define LABELS(list) "{\"config\":{\"labels\":[" list "]}}"

START_TEST(runc_keeps_id_pid_and_start)
{
	ck_assert_ptr_nonnull(parse("{\"id\":\"c1\",\"init_process_pid\":12,\"init_process_start\":"
				    "18446744073709551615}"));
	ck_assert(capgate_text_is(state.id, "c1"));
	ck_assert_int_eq(state.pid, 12);
	ck_assert_uint_eq(state.started, UINT64_MAX);
}
END_TEST

START_TEST(crun_keeps_pid_start_and_bundle)
{
	ck_assert_ptr_nonnull(parse("{\"pid\":7,\"process-start-time\":9,\"bundle\":\"/b\"}"));
	ck_assert_int_eq(state.pid, 7);
	ck_assert_uint_eq(state.started, 9);
	ck_assert(bundle_is("/b"));
	ck_assert(!state.two_bundles);
}
END_TEST

START_TEST(the_bundle_of_runc_is_in_its_label)
{
	ck_assert_ptr_nonnull(parse(LABELS("\"a=b\",\"bundle=/own\"")));
	ck_assert(bundle_is("/own"));
	ck_assert(!state.two_bundles);
}
END_TEST

START_TEST(of_two_bundles_the_last_is_the_runtimes_own)
{
	ck_assert_ptr_nonnull(parse(LABELS("\"bundle=/theirs\",\"bundle=/own\"")));
	ck_assert(bundle_is("/own"));
	ck_assert(state.two_bundles);
}
END_TEST

START_TEST(a_label_that_is_no_path_is_no_bundle_and_counts)
{
	ck_assert_ptr_nonnull(parse(LABELS("\"bundle=\",\"bundle=relative\"")));
	ck_assert_uint_eq(state.bundle.len, 0);
	ck_assert(state.two_bundles);
	ck_assert_ptr_nonnull(parse(LABELS("\"bundle=/own\",\"bundle=relative\"")));
	ck_assert_uint_eq(state.bundle.len, 0);
}
END_TEST

START_TEST(capabilities_are_spelled_as_in_a_specification)
{
	ck_assert_str_eq(parse("{\"config\":{\"capabilities\":{\"Bounding\":[\"CAP_KILL\","
			       "\"CAP_CHOWN\"],\"Effective\":null,\"Ambient\":[]}}}"),
			 "{\"bounding\":[\"CAP_KILL\",\"CAP_CHOWN\"],\"ambient\":[]}");
	ck_assert_str_eq(parse("{\"config\":{}}"), "");
	ck_assert_str_eq(parse("{\"config\":{\"capabilities\":null}}"), "");
}
END_TEST

START_TEST(a_pid_that_is_no_number_is_none)
{
	ck_assert_ptr_nonnull(parse("{\"pid\":\"7\",\"init_process_start\":-1}"));
	ck_assert_int_eq(state.pid, 0);
	ck_assert_uint_eq(state.started, 0);
	ck_assert_ptr_nonnull(parse("{\"pid\":2147483648}"));
	ck_assert_int_eq(state.pid, 0);
}
END_TEST

START_TEST(what_is_no_object_cannot_be_read)
{
	ck_assert_ptr_null(parse("[]"));
	ck_assert_ptr_null(parse("{\"pid\":1"));
	ck_assert_ptr_null(parse(""));
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("runtimestate");
	TCase *c = tcase_create("parse");

	tcase_add_test(c, runc_keeps_id_pid_and_start);
	tcase_add_test(c, crun_keeps_pid_start_and_bundle);
	tcase_add_test(c, the_bundle_of_runc_is_in_its_label);
	tcase_add_test(c, of_two_bundles_the_last_is_the_runtimes_own);
	tcase_add_test(c, a_label_that_is_no_path_is_no_bundle_and_counts);
	tcase_add_test(c, capabilities_are_spelled_as_in_a_specification);
	tcase_add_test(c, a_pid_that_is_no_number_is_none);
	tcase_add_test(c, what_is_no_object_cannot_be_read);
	suite_add_tcase(s, c);
	return s;
}
