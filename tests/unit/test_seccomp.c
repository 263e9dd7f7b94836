/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a profile keeps processes from making user namespaces. */
#include "unit.h"

#include "core.h"
#include "lib/spec/spec.h"

/* The note CPG404 says that it does not. */
static bool noted(const char *seccomp, const char *more)
{
	struct core c;
	char text[4096];
	bool found = false;

	core_init(&c, sizeof(text));
	snprintf(text, sizeof(text),
		 "{" MOUNTS ",\"process\":{\"capabilities\":{}},\"linux\":{%s}%s}", seccomp, more);
	core_judge(&c, capgate_text_of(text), CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s: %s", text, c.report.error.msg);
	for (size_t i = 0; i < c.report.n_findings; i++)
		found |= c.report.findings[i].rule == CAPGATE_RULE_CHILD_USERNS;
	core_release(&c);
	return found;
}

#define PROFILE(action, arch, rules) \
	"\"seccomp\":{\"defaultAction\":\"" action "\",\"architectures\":[" arch \
	"],\"syscalls\":[" rules "]}"
#define RULE(names, action, args) \
	"{\"names\":[" names "],\"action\":\"" action "\",\"args\":[" args "]}"
#define ARG(index, value, two, op) \
	"{\"index\":" index ",\"value\":" value ",\"valueTwo\":" two ",\"op\":\"" op "\"}"
#define NO_NEWUSER ARG("0", "2114060288", "0", "SCMP_CMP_MASKED_EQ") /* 0x7e020000 */
#define NEWUSER ARG("0", "268435456", "268435456", "SCMP_CMP_MASKED_EQ")
#define ERRNO "SCMP_ACT_ERRNO"
#define ALLOW "SCMP_ACT_ALLOW"

static const struct {
	const char *what, *seccomp;
	bool blocks;
} rows[] = {
	{"no profile", "\"x\":1", false},
	{"an allow list with nothing", PROFILE(ERRNO, "", ""), true},
	{"as Docker's: clone without the flag, clone3 denied",
	 PROFILE(ERRNO, "\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"",
		 RULE("\"read\",\"write\"", ALLOW, "") "," RULE(
			 "\"clone\"", ALLOW, NO_NEWUSER) "," RULE("\"clone3\"", ERRNO, "")),
	 true},
	{"a rule like the default by its other name is left out, and denies nothing first",
	 PROFILE("SCMP_ACT_KILL", "",
		 RULE("\"clone\"", "SCMP_ACT_KILL_THREAD", "") "," RULE("\"clone\"", ALLOW, "")),
	 false},
	{"one that ends the process is not like it",
	 PROFILE("SCMP_ACT_KILL", "",
		 RULE("\"clone\"", "SCMP_ACT_KILL_PROCESS", "") "," RULE("\"clone\"", ALLOW, "")),
	 true},
	{"clone whatever the flags", PROFILE(ERRNO, "", RULE("\"clone\"", ALLOW, "")), false},
	{"unshare whatever the flags", PROFILE(ERRNO, "", RULE("\"unshare\"", ALLOW, "")), false},
	{"clone3, whose flags nobody sees", PROFILE(ERRNO, "", RULE("\"clone3\"", ALLOW, "")),
	 false},
	{"setns", PROFILE(ERRNO, "", RULE("\"setns\"", ALLOW, "")), false},
	{"a mask without the flag",
	 PROFILE(ERRNO, "",
		 RULE("\"clone\"", ALLOW, ARG("0", "131072", "0", "SCMP_CMP_MASKED_EQ"))),
	 false},
	{"the flag must be set",
	 PROFILE(ERRNO, "",
		 RULE("\"clone\"", ALLOW,
		      ARG("0", "268435456", "268435456", "SCMP_CMP_MASKED_EQ"))),
	 false},
	{"another argument",
	 PROFILE(ERRNO, "",
		 RULE("\"clone\"", ALLOW, ARG("1", "268435456", "0", "SCMP_CMP_MASKED_EQ"))),
	 false},
	{"another comparison",
	 PROFILE(ERRNO, "", RULE("\"clone\"", ALLOW, ARG("0", "268435456", "0", "SCMP_CMP_NE"))),
	 false},
	{"a second argument",
	 PROFILE(ERRNO, "", RULE("\"clone\"", ALLOW, NO_NEWUSER "," NO_NEWUSER)), false},
	{"a number that is none",
	 PROFILE(ERRNO, "",
		 RULE("\"clone\"", ALLOW, ARG("0", "2114060288.0", "0", "SCMP_CMP_MASKED_EQ"))),
	 false},
	{"LOG is no denial", PROFILE("SCMP_ACT_LOG", "", ""), false},
	{"TRACE is no denial", PROFILE("SCMP_ACT_TRACE", "", ""), false},
	{"an unknown default is no denial", PROFILE("SCMP_ACT_NO", "", ""), false},
	{"a deny list with all four",
	 PROFILE(ALLOW, "",
		 RULE("\"unshare\",\"clone\"", ERRNO, NEWUSER) "," RULE("\"clone3\",\"setns\"",
									ERRNO, "")),
	 true},
	{"all four denied whatever their arguments",
	 PROFILE(ALLOW, "", RULE("\"unshare\",\"clone\",\"clone3\",\"setns\"", ERRNO, "")), true},
	{"without clone3",
	 PROFILE(ALLOW, "",
		 RULE("\"unshare\",\"clone\"", ERRNO, NEWUSER) "," RULE("\"setns\"", ERRNO, "")),
	 false},
	{"clone3 only by an argument",
	 PROFILE(ALLOW, "",
		 RULE("\"unshare\",\"clone\"", ERRNO, NEWUSER) "," RULE("\"clone3\",\"setns\"",
									ERRNO, NEWUSER)),
	 false},
	{"one that is allowed as well",
	 PROFILE(ALLOW, "",
		 RULE("\"unshare\"", "SCMP_ACT_LOG",
		      "") "," RULE("\"unshare\",\"clone\"", ERRNO,
				   NEWUSER) "," RULE("\"clone3\",\"setns\"", ERRNO, "")),
	 false},
	{"a wider mask lets other flags through",
	 PROFILE(ALLOW, "",
		 RULE("\"unshare\",\"clone\"", ERRNO,
		      ARG("0", "2114060288", "268435456",
			  "SCMP_CMP_MASKED_EQ")) "," RULE("\"clone3\",\"setns\"", ERRNO, "")),
	 false},
	{"a deny list and x32",
	 PROFILE(ALLOW, "\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X32\"",
		 RULE("\"unshare\",\"clone\",\"clone3\",\"setns\"", ERRNO, "")),
	 false},
	{"all four denied, where clone has its flags elsewhere",
	 PROFILE(ALLOW, "\"SCMP_ARCH_S390X\"",
		 RULE("\"unshare\",\"clone\",\"clone3\",\"setns\"", ERRNO, "")),
	 false},
};

START_TEST(only_a_profile_that_surely_blocks_is_said_to)
{
	ck_assert_msg(noted(rows[_i].seccomp, "") == !rows[_i].blocks, "%s", rows[_i].what);
}
END_TEST

START_TEST(an_annotation_that_replaces_the_filter_voids_it)
{
	static const char with[] = ",\"annotations\":{\"run.oci.seccomp_bpf_data\":\"AAAA\"}";

	ck_assert(!noted(PROFILE(ERRNO, "", ""), ""));
	ck_assert(noted(PROFILE(ERRNO, "", ""), with));
}
END_TEST

START_TEST(each_call_that_decides_something_is_known_by_its_name_alone)
{
	for (unsigned c = 0; c < CAPGATE_NCALLS; c++) {
		char name[16];
		size_t len;

		snprintf(name, sizeof(name), "%s", capgate_call_name((enum capgate_call)c));
		len = strlen(name);
		ck_assert_uint_eq(capgate_call_bit((struct capgate_text){name, len}), 1u << c);
		name[len - 1]++;
		ck_assert_uint_eq(capgate_call_bit((struct capgate_text){name, len}), 0);
		name[0] = (char)(name[0] & ~0x20);
		ck_assert_uint_eq(capgate_call_bit((struct capgate_text){name, len}), 0);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("seccomp");
	TCase *t = tcase_create("seccomp");

	tcase_add_loop_test(t, only_a_profile_that_surely_blocks_is_said_to, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, an_annotation_that_replaces_the_filter_voids_it);
	tcase_add_test(t, each_call_that_decides_something_is_known_by_its_name_alone);
	suite_add_tcase(s, t);
	return s;
}
