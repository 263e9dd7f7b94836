/* SPDX-License-Identifier: Apache-2.0 */
/* What a container's mounts show at /proc/sys/kernel/cap_last_cap. */
#include "unit.h"

#include "lib/inputs/inputs.h"

#define ROOT "114 63 254:0 /rootfs / ro,relatime - ext4 /dev/vda rw\n"
#define PROC "115 114 0:40 / /proc rw,relatime - proc proc rw\n"
#define SYS "67 115 0:40 /sys /proc/sys ro,relatime shared:7 master:3 - proc proc rw\n"

static const struct {
	bool shows;
	const char *text;
} rows[] = {
	/* as runtimes mount them, in any order */
	{true, ROOT PROC},
	{true, ROOT PROC SYS},
	{true, SYS PROC ROOT},
	{true, ROOT PROC SYS "68 115 0:41 /null /proc/keys rw - tmpfs tmpfs rw\n"},
	/* /proc of the host, bound: the same file system */
	{true, ROOT "115 114 0:22 / /proc rw shared:13 - proc proc rw\n"},
	{true, ROOT "115 114 0:40 / /proc rw - proc odd\\040source rw\n"},
	/* no /proc, or another file system there */
	{false, ROOT},
	{false, ""},
	{false, PROC},
	{false, ROOT "115 114 0:40 / /proc rw - tmpfs proc rw\n"},
	{false, ROOT "115 114 0:40 / /proc rw - fuse.proc proc rw\n"},
	{false, ROOT "115 114 0:40 / /proc2 rw - proc proc rw\n"},
	/* without /proc/sys */
	{false, ROOT "115 114 0:40 / /proc rw - proc proc rw,subset=pid\n"},
	{false, ROOT "115 114 0:40 / /proc rw - proc odd\\040source rw,hidepid=2,subset=pid\n"},
	{true, ROOT "115 114 0:40 / /proc rw - proc subset=pid rw,hidepid=2\n"},
	/* another part of proc */
	{false, ROOT "115 114 0:40 /1/root /proc rw - proc proc rw\n"},
	{false, ROOT "115 114 0:40 /sys /proc rw - proc proc rw\n"},
	{false, ROOT PROC "67 115 0:40 /fs /proc/sys ro - proc proc rw\n"},
	{false, ROOT PROC "67 115 0:40 / /proc/sys ro - proc proc rw\n"},
	/* covered, at each place on the way */
	{false, ROOT PROC "67 115 0:50 / /proc/sys rw - tmpfs tmpfs rw\n"},
	{false, ROOT PROC "67 115 0:50 / /proc/sys/kernel rw - tmpfs tmpfs rw\n"},
	{false, ROOT PROC "67 115 0:50 /f /proc/sys/kernel/cap_last_cap rw - ext4 /dev/vda rw\n"},
	{false, ROOT PROC
	 "67 115 0:40 /sys/kernel/pid_max /proc/sys/kernel/cap_last_cap rw - proc proc rw\n"},
	{true, ROOT PROC
	 "67 115 0:40 /sys/kernel/cap_last_cap /proc/sys/kernel/cap_last_cap rw - proc proc rw\n"},
	{false, ROOT PROC SYS "68 67 0:50 / /proc/sys rw - tmpfs tmpfs rw\n"},
	{false, ROOT PROC "68 115 0:50 / /proc rw - tmpfs tmpfs rw\n"},
	{true, ROOT PROC "68 115 0:50 / /proc rw - tmpfs tmpfs rw\n"
			 "69 68 0:60 / /proc rw - proc proc rw\n"},
	/* covered on an earlier one, which a later one hides */
	{true, ROOT PROC "67 115 0:50 / /proc/sys rw - tmpfs tmpfs rw\n"
			 "69 115 0:60 / /proc rw - proc proc rw\n"},
	/* the root itself covered */
	{false, ROOT PROC "70 114 0:70 / / rw - tmpfs tmpfs rw\n"},
	{true, ROOT PROC "70 114 0:70 / / rw - tmpfs tmpfs rw\n"
			 "71 70 0:71 / /proc rw - proc proc rw\n"},
	/* what no kernel writes */
	{false, ROOT PROC PROC},
	{false, ROOT ROOT PROC},
	{false, ROOT "115 114 0:40 / /proc rw,relatime proc proc rw\n"},
	{false, ROOT "115 114"},
	{false, "114 114 0:1 / / rw - proc proc rw\n"},
};

START_TEST(cap_last_cap_is_the_kernels_own_or_it_is_not)
{
	struct capgate_text text = capgate_text_of(rows[_i].text);

	ck_assert_msg(capgate_mounts_show_last_cap(text, (struct capgate_text){0}) ==
			      rows[_i].shows,
		      "%s", rows[_i].text);
}
END_TEST

/* Every beginning of a text is read to its end and no further. */
START_TEST(a_text_that_is_cut_anywhere_is_read_to_its_end)
{
	static const char whole[] = ROOT PROC SYS;
	size_t shown = 0;

	for (size_t len = 0; len < sizeof(whole); len++) {
		char *copy = malloc(len + 1);

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, whole, len);
		shown += capgate_mounts_show_last_cap((struct capgate_text){copy, len},
						      (struct capgate_text){0});
		free(copy);
	}
	ck_assert_uint_gt(shown, 10);
	ck_assert_uint_lt(shown, sizeof(whole) / 2 + sizeof(SYS));
}
END_TEST

#define BUNDLE "200 114 0:9 / /b/rootfs rw - ext4 x rw\n"
#define BUNDLE_PROC "201 200 0:40 / /b/rootfs/proc rw - proc proc rw\n"

START_TEST(before_it_is_the_root_a_root_file_system_lies_at_its_own_path)
{
	static const struct {
		bool shows;
		const char *root, *text;
	} before[] = {
		{true, "/b/rootfs", ROOT PROC BUNDLE BUNDLE_PROC},
		{true, "/b/rootfs", ROOT PROC "201 114 0:40 / /b/rootfs/proc rw - proc proc rw\n"},
		/* only the machine's own, or somewhere else */
		{false, "/b/rootfs", ROOT PROC BUNDLE},
		{false, "/b/other", ROOT PROC BUNDLE BUNDLE_PROC},
		{false, "/b/root", ROOT PROC BUNDLE BUNDLE_PROC},
		/* the link's goal has it, and is covered; the file is covered; the bundle is */
		{false, "/b/rootfs",
		 ROOT PROC BUNDLE "201 200 0:40 / /b/rootfs/a rw - proc proc rw\n"},
		{false, "/b/rootfs", ROOT PROC BUNDLE BUNDLE_PROC
		 "202 201 0:50 / /b/rootfs/proc/sys/kernel rw - tmpfs x rw\n"},
		{false, "/b/rootfs",
		 ROOT PROC BUNDLE BUNDLE_PROC "202 114 0:50 / /b rw - tmpfs x rw\n"},
		{true, "/b/rootfs", ROOT PROC BUNDLE BUNDLE_PROC
		 "202 200 0:50 / /b/rootfs/a rw - tmpfs x rw\n"},
	};

	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++)
		ck_assert_msg(capgate_mounts_show_last_cap(capgate_text_of(before[i].text),
							   capgate_text_of(before[i].root)) ==
				      before[i].shows,
			      "%zu: %s", i, before[i].text);
}
END_TEST

START_TEST(a_root_too_long_to_be_a_path_shows_nothing)
{
	static char root[5000] = "/";

	memset(root + 1, 'a', sizeof(root) - 1);
	ck_assert(!capgate_mounts_show_last_cap(capgate_text_of(ROOT PROC),
						(struct capgate_text){root, sizeof(root)}));
}
END_TEST

START_TEST(whatever_a_runtime_mounts_lies_below_the_root_file_system)
{
	static const struct {
		bool below;
		const char *root, *text;
	} rows_below[] = {
		{false, "/b/rootfs", ROOT PROC BUNDLE},
		{true, "/b/rootfs", ROOT PROC BUNDLE BUNDLE_PROC},
		{true, "/b/rootfs", ROOT "201 114 0:40 / /b/rootfs/a rw - tmpfs x rw\n"},
		{false, "/b/rootfs", ROOT "201 114 0:40 / /b/rootfs2/a rw - tmpfs x rw\n"},
		{false, "/b/rootfs", ROOT "201 114 0:40 / /b/rootf rw - tmpfs x rw\n"},
		{false, "/b/rootfs", ""},
		{true, "", ROOT PROC},
		{false, "", ROOT},
	};

	for (size_t i = 0; i < sizeof(rows_below) / sizeof(*rows_below); i++)
		ck_assert_msg(capgate_mounts_lie_below(capgate_text_of(rows_below[i].text),
						       capgate_text_of(rows_below[i].root)) ==
				      rows_below[i].below,
			      "%zu", i);
}
END_TEST

/* Reading the text once for each of thousands of mounts on one place takes minutes. */
START_TEST(more_mounts_on_one_place_than_anybody_makes_show_nothing)
{
	for (int mounts = 100; mounts <= 400; mounts += 300) {
		static char text[64 * 400];
		size_t len = (size_t)sprintf(text, ROOT);

		for (int i = 0; i < mounts; i++)
			len += (size_t)sprintf(text + len, "%d %d 0:40 / /proc rw - proc proc rw\n",
					       115 + i, 114 + i);
		ck_assert_int_eq(capgate_mounts_show_last_cap((struct capgate_text){text, len},
							      (struct capgate_text){0}),
				 mounts == 100);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("mountinfo");
	TCase *t = tcase_create("mountinfo");

	tcase_add_loop_test(t, cap_last_cap_is_the_kernels_own_or_it_is_not, 0,
			    (int)(sizeof(rows) / sizeof(*rows)));
	tcase_add_test(t, a_text_that_is_cut_anywhere_is_read_to_its_end);
	tcase_add_test(t, before_it_is_the_root_a_root_file_system_lies_at_its_own_path);
	tcase_add_test(t, a_root_too_long_to_be_a_path_shows_nothing);
	tcase_add_test(t, whatever_a_runtime_mounts_lies_below_the_root_file_system);
	tcase_add_test(t, more_mounts_on_one_place_than_anybody_makes_show_nothing);
	suite_add_tcase(s, t);
	return s;
}
