/* SPDX-License-Identifier: Apache-2.0 */
/* Names, numbers, sets, and what runtimes make of odd names. */
#include "unit.h"

#include <linux/capability.h>
#include <string.h>

#include "capgate.h"

static struct capgate_text t(const char *s)
{
	return capgate_text_of(s);
}

START_TEST(the_table_has_the_kernels_numbers)
{
	ck_assert_int_eq(CAPGATE_NCAPS, 41);
	ck_assert_int_eq(CAPGATE_CAP_CHOWN, CAP_CHOWN);
	ck_assert_int_eq(CAPGATE_CAP_NET_RAW, CAP_NET_RAW);
	ck_assert_int_eq(CAPGATE_CAP_SYS_ADMIN, CAP_SYS_ADMIN);
	ck_assert_int_eq(CAPGATE_CAP_SETFCAP, CAP_SETFCAP);
	ck_assert_int_eq(CAPGATE_CAP_SYSLOG, CAP_SYSLOG);
	ck_assert_int_eq(CAPGATE_CAP_CHECKPOINT_RESTORE, CAP_CHECKPOINT_RESTORE);
	for (int c = 0; c < CAPGATE_NCAPS; c++) {
		const struct capgate_cap_facts *info = capgate_cap_info(c);

		ck_assert_ptr_nonnull(info);
		ck_assert_int_eq(capgate_cap_exact(t(info->name)), c);
		ck_assert(strncmp(info->name, "CAP_", 4) == 0);
		ck_assert_str_ne(info->meaning, "");
		ck_assert_str_ne(info->substitute, "");
	}
	ck_assert_ptr_null(capgate_cap_info(-1));
	ck_assert_ptr_null(capgate_cap_info(41));
}
END_TEST

START_TEST(only_the_exact_name_is_exact)
{
	static const char *const odd[] = {
		"",           "cap_net_raw", "NET_RAW",      "CAP_NET_RAW ", " CAP_NET_RAW",
		"CAP_NET_RA", "13",          "CAP_NET_RAWX", "CAP_LAST_CAP", "ALL"};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		ck_assert_int_eq(capgate_cap_exact(t(odd[i])), -1);
	ck_assert_int_eq(capgate_cap_exact((struct capgate_text){"CAP_NET_RAW\0x", 13}), -1);
	ck_assert_int_eq(capgate_cap_exact((struct capgate_text){"CAP_NET_RAWx", 11}),
			 CAPGATE_CAP_NET_RAW);
}
END_TEST

START_TEST(people_may_write_any_case_and_leave_out_the_prefix)
{
	ck_assert_int_eq(capgate_cap_lenient(t("net_raw")), CAPGATE_CAP_NET_RAW);
	ck_assert_int_eq(capgate_cap_lenient(t("Cap_Net_Raw")), CAPGATE_CAP_NET_RAW);
	ck_assert_int_eq(capgate_cap_lenient(t("CAP_CAP_NET_RAW")), -1);
	ck_assert_int_eq(capgate_cap_lenient(t("13")), -1);
	ck_assert_int_eq(capgate_cap_lenient(t("CAP_")), -1);
}
END_TEST

START_TEST(a_misspelt_name_finds_its_neighbour)
{
	ck_assert_str_eq(capgate_cap_nearest(t("NET_RWA")), "NET_RAW");
	ck_assert_str_eq(capgate_cap_nearest(t("cap_sys_admn")), "SYS_ADMIN");
	ck_assert_ptr_null(capgate_cap_nearest(t("something_else")));
}
END_TEST

/* Observed from crun: libcap's cap_from_name(3). */
static const struct {
	const char *entry;
	int cap;
} libcap_rows[] = {
	{"cap_net_raw", 13},
	{"CAP_NET_RAW ", 13},
	{"CAP_NET_RAW,CAP_KILL", 13},
	{"CAP_NET_RAW1", 13},
	{"CAP_NET_RAW\xc3\xa9", 13},
	{"CAP_NET_RAW=", 13},
	{"CAP_NET_RAW+e", 13},
	{"CAP_NET_RAW\t", 13},
	{"13", 13},
	{"0xd", 13},
	{"0XD", 13},
	{"015", 13},
	{"13abc", 13},
	{"13.0", 13},
	{"13,12", 13},
	{"013", 11},
	{"08", 0},
	{"0x", 0},
	{"0-13", 0},
	{"1e1", 1},
	{"42", 42},
	{"63", 63},
	{"64", -1},
	{"4294967309", -1},
	{"18446744073709551629", -1},
	{"NET_RAW", -1},
	{" CAP_NET_RAW", -1},
	{"+13", -1},
	{"-13", -1},
	{"CAP_NET_RAW_", -1},
	{"CAP_NET_RAWS", -1},
	{"CAP_CAP_NET_RAW", -1},
	{"all", -1},
	{"cap_all", -1},
	{"", -1},
	{"CAP_", -1},
	{"\xef\xbb\xbf"
	 "13",
	 -1},
};

START_TEST(odd_names_mean_to_libcap_what_crun_showed)
{
	ck_assert_int_eq(capgate_cap_by_libcap(t(libcap_rows[_i].entry)), libcap_rows[_i].cap);
	if (libcap_rows[_i].cap >= 0)
		ck_assert(capgate_set_has(capgate_cap_meant(t(libcap_rows[_i].entry)),
					  libcap_rows[_i].cap));
}
END_TEST

START_TEST(libcap_ends_at_a_nul_and_youki_at_no_length)
{
	static const char nul[] = "CAP_NET_RAW\0x";
	char longer[200];

	ck_assert_int_eq(capgate_cap_by_libcap((struct capgate_text){nul, sizeof(nul) - 1}),
			 CAPGATE_CAP_NET_RAW);
	ck_assert_int_eq(capgate_cap_by_libcap((struct capgate_text){nul + 11, 2}), -1);
	memset(longer, 'X', sizeof(longer));
	ck_assert_int_eq(capgate_cap_by_youki((struct capgate_text){longer, sizeof(longer)}), -1);
}
END_TEST

START_TEST(odd_names_mean_to_youki_what_its_folding_makes_of_them)
{
	ck_assert_int_eq(capgate_cap_by_youki(t("net_raw")), CAPGATE_CAP_NET_RAW);
	ck_assert_int_eq(capgate_cap_by_youki(t("CAP_CAP_NET_RAW")), CAPGATE_CAP_NET_RAW);
	ck_assert_int_eq(capgate_cap_by_youki(t("CAP_\xc5\xbfYS_ADMIN")), CAPGATE_CAP_SYS_ADMIN);
	ck_assert_int_eq(capgate_cap_by_youki(t("CAP_SYS_ADM\xc4\xb1N")), CAPGATE_CAP_SYS_ADMIN);
	ck_assert_int_eq(capgate_cap_by_youki(t("CAP_NET_RAW ")), -1);
	ck_assert_int_eq(capgate_cap_by_youki(t("13")), -1);
	ck_assert(capgate_set_has(capgate_cap_meant(t("\"CAP_NET_RAW\"")), CAPGATE_CAP_NET_RAW));
	ck_assert(capgate_set_has(capgate_cap_meant(t("0b1101")), 13));
	ck_assert(capgate_set_has(capgate_cap_meant(t("0b1101")), 0));
}
END_TEST

START_TEST(set_algebra)
{
	capgate_set a = capgate_set_or(capgate_set_of(1), capgate_set_of(40)),
		    b = capgate_set_of(40);

	ck_assert_int_eq(capgate_set_count(capgate_set_all()), 41);
	ck_assert(capgate_set_within(b, a) && !capgate_set_within(a, b));
	ck_assert_int_eq(capgate_set_next(a, 0), 1);
	ck_assert_int_eq(capgate_set_next(a, 2), 40);
	ck_assert_int_eq(capgate_set_next(a, 41), -1);
	ck_assert(capgate_set_same(capgate_set_minus(a, b), capgate_set_of(1)));
	ck_assert(capgate_set_empty(capgate_set_and(capgate_set_of(2), b)));
	ck_assert(capgate_set_empty(capgate_set_of(-1)) && capgate_set_empty(capgate_set_of(64)));
	ck_assert(!capgate_set_has(a, -1) && !capgate_set_has(a, 64));
	ck_assert(capgate_set_same(
		capgate_set_union((capgate_set[CAPGATE_NSETS]){
			[CAPGATE_BOUNDING] = b, [CAPGATE_AMBIENT] = capgate_set_of(1)}),
		a));
}
END_TEST

START_TEST(every_rule_has_an_id_a_cause_and_a_remedy)
{
	for (int r = CAPGATE_RULE_NONE + 1; r < CAPGATE_NRULES; r++) {
		const struct capgate_rule_text *info = capgate_rule_info((enum capgate_rule)r);

		ck_assert_int_eq((int)strlen(info->id), 6);
		ck_assert_int_eq(capgate_rule_find(t(info->id)), r);
		ck_assert_int_eq(capgate_rule_find(t(info->name)), r);
		ck_assert_str_ne(info->cause, "");
		ck_assert_str_ne(info->remedy, "");
	}
	ck_assert_int_eq(capgate_rule_find(t("CPG999")), CAPGATE_NRULES);
}
END_TEST

START_TEST(every_capability_has_words_for_people)
{
	const struct capgate_cap_remarks *note = capgate_cap_note(_i);

	ck_assert_ptr_nonnull(note);
	ck_assert_uint_gt(strlen(note->why), 0);
	ck_assert_uint_gt(strlen(note->needed_by), 0);
	ck_assert_ptr_nonnull(note->attacks);
	ck_assert_ptr_null(capgate_cap_note(-1));
	ck_assert_ptr_null(capgate_cap_note(CAPGATE_NCAPS));
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("caps");
	TCase *c = tcase_create("caps");

	tcase_add_loop_test(c, every_capability_has_words_for_people, 0, CAPGATE_NCAPS);
	tcase_add_test(c, the_table_has_the_kernels_numbers);
	tcase_add_test(c, only_the_exact_name_is_exact);
	tcase_add_test(c, people_may_write_any_case_and_leave_out_the_prefix);
	tcase_add_test(c, a_misspelt_name_finds_its_neighbour);
	tcase_add_loop_test(c, odd_names_mean_to_libcap_what_crun_showed, 0,
			    sizeof(libcap_rows) / sizeof(libcap_rows[0]));
	tcase_add_test(c, libcap_ends_at_a_nul_and_youki_at_no_length);
	tcase_add_test(c, odd_names_mean_to_youki_what_its_folding_makes_of_them);
	tcase_add_test(c, set_algebra);
	tcase_add_test(c, every_rule_has_an_id_a_cause_and_a_remedy);
	suite_add_tcase(s, c);
	return s;
}
