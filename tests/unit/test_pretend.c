/* SPDX-License-Identifier: Apache-2.0 */
/* Filters under which a runtime only believes that it drops capabilities. */
#include "unit.h"

#include "core.h"

/* The verdict on five empty sets under that profile or annotation. */
static struct capgate_report judged(const char *linux_member, const char *annotations,
				    const char *policy)
{
	struct capgate_report report;
	struct core c;
	char text[4096];

	core_init(&c, sizeof(text));
	if (policy)
		ck_assert_int_eq(capgate_policy_parse(capgate_text_of(policy), capgate_text_of("p"),
						      &c.arena, &c.policy, &c.err),
				 0);
	snprintf(text, sizeof(text),
		 "{" MOUNTS
		 ",\"process\":{\"capabilities\":{}},\"linux\":{%s},\"annotations\":{%s}}",
		 linux_member, annotations);
	core_judge(&c, capgate_text_of(text), CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s: %s", text, c.report.error.msg);
	report = c.report;
	core_release(&c);
	return report;
}

#define PROFILE(action, more, rules) \
	"\"seccomp\":{\"defaultAction\":\"" action "\"" more ",\"syscalls\":[" rules "]}"
#define RULE(names, action, more) "{\"names\":[" names "],\"action\":\"" action "\"" more "}"
#define RETURNS(n) ",\"errnoRet\":" n
#define DEFAULT_RETURNS(n) ",\"defaultErrnoRet\":" n
#define ERRNO "SCMP_ACT_ERRNO"
#define ALLOW "SCMP_ACT_ALLOW"
#define ALL_FOUR "\"capset\",\"capget\",\"prctl\",\"openat\""
#define ALL \
	ALL_FOUR \
	",\"open\"" ",\"openat2\"" ",\"setuid\"" ",\"setuid32\"" ",\"setreuid\"" \
	",\"setreuid32\"" ",\"setresuid\"" ",\"setresuid32\"" ",\"setfsuid\"" ",\"setfsuid32\"" \
	",\"setgid\"" ",\"setgid32\"" ",\"setregid\"" ",\"setregid32\"" ",\"setresgid\"" \
	",\"setresgid32\"" ",\"setfsgid\"" ",\"setfsgid32\"" ",\"setgroups\"" ",\"setgroups32\""

static const struct {
	const char *what, *seccomp;
	bool pretended;
} rows[] = {
	{"no profile", "\"seccomp\":null", false},
	{"an empty profile", "\"seccomp\":{}", false},
	{"capset succeeds", PROFILE(ALLOW, "", RULE("\"capset\"", ERRNO, RETURNS("0"))), true},
	{"capget succeeds", PROFILE(ALLOW, "", RULE("\"capget\"", ERRNO, RETURNS("0"))), true},
	{"prctl does not know", PROFILE(ALLOW, "", RULE("\"prctl\"", ERRNO, RETURNS("22"))), true},
	{"openat gives standard input", PROFILE(ALLOW, "", RULE("\"openat\"", ERRNO, RETURNS("0"))),
	 true},
	{"the kernel keeps 16 bits", PROFILE(ALLOW, "", RULE("\"prctl\"", ERRNO, RETURNS("65558"))),
	 true},
	{"no plain number", PROFILE(ALLOW, "", RULE("\"prctl\"", ERRNO, RETURNS("0.0"))), true},
	{"a negative number", PROFILE(ALLOW, "", RULE("\"prctl\"", ERRNO, RETURNS("-65536"))),
	 true},
	{"among other names", PROFILE(ALLOW, "", RULE("\"read\",\"prctl\"", ERRNO, RETURNS("0"))),
	 true},
	{"in the second rule",
	 PROFILE(ALLOW, "",
		 RULE("\"prctl\"", ALLOW,
		      "") "," RULE("\"prctl\"", ERRNO,
				   RETURNS("0") ",\"args\":[{\"index\":0,\"value\":24}]")),
	 true},
	{"somebody else answers", PROFILE(ALLOW, "", RULE("\"prctl\"", "SCMP_ACT_NOTIFY", "")),
	 true},
	{"a tracer answers", PROFILE(ALLOW, "", RULE("\"capset\"", "SCMP_ACT_TRACE", "")), true},
	{"a word of the future", PROFILE(ALLOW, "", RULE("\"capset\"", "SCMP_ACT_X", "")), true},
	{"EPERM is heeded", PROFILE(ALLOW, "", RULE("\"prctl\"", ERRNO, RETURNS("1"))), false},
	{"EPERM is what is returned without errnoRet",
	 PROFILE(ALLOW, "", RULE("\"prctl\"", ERRNO, "")), false},
	{"null is absent", PROFILE(ALLOW, "", RULE("\"prctl\"", ERRNO, RETURNS("null"))), false},
	{"the runtime dies", PROFILE(ALLOW, "", RULE("\"prctl\"", "SCMP_ACT_KILL", RETURNS("0"))),
	 false},
	{"another call succeeds", PROFILE(ALLOW, "", RULE("\"chown\"", ERRNO, RETURNS("0"))),
	 false},
	{"by default, and not named",
	 PROFILE(ERRNO, DEFAULT_RETURNS("0"), RULE("\"read\"", ALLOW, "")), true},
	{"by default, and one is not named",
	 PROFILE(ERRNO, DEFAULT_RETURNS("22"), RULE("\"capset\",\"capget\",\"openat\"", ALLOW, "")),
	 true},
	{"by default, and named with a comparison",
	 PROFILE(ERRNO, DEFAULT_RETURNS("0"),
		 RULE(ALL_FOUR, ALLOW, ",\"args\":[{\"index\":0,\"value\":1}]")),
	 true},
	{"by default, and named with an action like it",
	 PROFILE(ERRNO, DEFAULT_RETURNS("0"), RULE(ALL_FOUR, ERRNO, "")), true},
	{"by default, and all are allowed",
	 PROFILE(ERRNO, DEFAULT_RETURNS("0"), RULE(ALL, ALLOW, "")), false},
	{"by default, and the identity calls are not named",
	 PROFILE(ERRNO, DEFAULT_RETURNS("0"),
		 RULE(ALL_FOUR ",\"open\",\"openat2\"", ALLOW, "")),
	 true},
	{"by default EPERM", PROFILE(ERRNO, "", RULE("\"read\"", ALLOW, "")), false},
	{"by default ENOSYS, as podman's",
	 PROFILE(ERRNO, DEFAULT_RETURNS("38"), RULE("\"read\"", ALLOW, "")), false},
};

START_TEST(what_may_mislead_the_runtime_is_refused)
{
	struct capgate_report r = judged(rows[_i].seccomp, "", NULL);

	ck_assert_msg((r.verdict == CAPGATE_REFUSE) == rows[_i].pretended, "%s", rows[_i].what);
	if (!rows[_i].pretended)
		return;
	ck_assert_int_eq(r.rule, CAPGATE_RULE_DROP_PRETENDED);
	ck_assert_int_eq(r.exit_status, 10);
}
END_TEST

static const struct {
	const char *what, *annotation;
	bool pretended;
} filters[] = {
	{"no filter", "\"run.oci.seccomp_bpf_data\":\"\"", false},
	{"only ALLOW", "\"run.oci.seccomp_bpf_data\":\"BgAAAAAA/38=\"", false},
	{"ERRNO 0", "\"run.oci.seccomp_bpf_data\":\"BgAAAAAABQA=\"", true},
	{"ERRNO 1", "\"run.oci.seccomp_bpf_data\":\"BgAAAAEABQA=\"", false},
	{"ERRNO 22", "\"run.oci.seccomp_bpf_data\":\"BgAAABYABQA=\"", true},
	{"USER_NOTIF", "\"run.oci.seccomp_bpf_data\":\"BgAAAAAAwH8=\"", true},
	{"KILL_PROCESS", "\"run.oci.seccomp_bpf_data\":\"BgAAAAAAAIA=\"", false},
	{"the accumulator", "\"run.oci.seccomp_bpf_data\":\"FgAAAAAAAAA=\"", true},
	{"half an instruction", "\"run.oci.seccomp_bpf_data\":\"BgAAAA==\"", true},
	{"no padding", "\"run.oci.seccomp_bpf_data\":\"BgAAAAAA/38\"", true},
	{"no base64", "\"run.oci.seccomp_bpf_data\":\"BgAAAAAA/3*=\"", true},
	{"a line feed", "\"run.oci.seccomp_bpf_data\":\"BgAAAAAA/38=\\n\"", true},
	{"no string", "\"run.oci.seccomp_bpf_data\":7", false},
	{"another annotation", "\"run.oci.seccomp_bpf\":\"BgAAAAAABQA=\"", false},
};

START_TEST(a_filter_in_an_annotation_is_read)
{
	struct capgate_report r = judged("\"x\":1", filters[_i].annotation, NULL);

	ck_assert_msg((r.verdict == CAPGATE_REFUSE) == filters[_i].pretended, "%s",
		      filters[_i].what);
}
END_TEST

START_TEST(the_second_instruction_counts_too)
{
	/* jump over it, ERRNO 0, ALLOW: 24 bytes without padding */
	ck_assert_int_eq(judged("\"x\":1",
				"\"run.oci.seccomp_bpf_data\":\"BQAAAAEAAAAGAAAAAAAFAAYAAAAAAP9/\"",
				NULL)
				 .verdict,
			 CAPGATE_REFUSE);
	ck_assert_int_eq(judged("\"x\":1",
				"\"run.oci.seccomp_bpf_data\":\"BQAAAAEAAAAGAAAAAQAFAAYAAAAAAP9/\"",
				NULL)
				 .verdict,
			 CAPGATE_PASS);
}
END_TEST

START_TEST(who_may_hold_all_may_keep_all)
{
	static const char evil[] = PROFILE(ALLOW, "", RULE("\"capset\"", ERRNO, RETURNS("0")));

	ck_assert_int_eq(judged(evil, "", "{\"version\":1,\"profile\":\"all\"}").verdict,
			 CAPGATE_PASS);
	/* NET_RAW is allowed, another one is not. */
	ck_assert_int_eq(judged(evil, "", "{\"version\":1,\"profile\":\"all\",\"deny\":[\"BPF\"]}")
				 .exit_status,
			 11);
}
END_TEST

static const char *const identity[] = {
	"setuid",   "setreuid",	  "setresuid",	 "setfsuid",   "setgid",    "setregid",
	"setresgid", "setfsgid",  "setgroups",	 "setuid32",   "setreuid32", "setresuid32",
	"setfsuid32", "setgid32", "setregid32",	 "setresgid32", "setfsgid32", "setgroups32",
};

/* The call answered so; in *config what was judged. */
static void judge_call(struct core *c, const char *call, const char *answer, char *config,
		       size_t size)
{
	core_init(c, size);
	snprintf(config, size,
		 "{" MOUNTS ",\"process\":{\"user\":{\"uid\":1000},\"capabilities\":{}},"
		 "\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":["
		 "{\"names\":[\"%s\"],%s}]}}}",
		 call, answer);
	core_judge(c, capgate_text_of(config), CAPGATE_CONFIG);
	ck_assert(c->report.parsed);
}

#define LIE "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":0"

START_TEST(who_only_believes_that_the_user_changed_is_refused)
{
	char config[1024];
	struct core c;

	judge_call(&c, identity[_i], LIE, config, sizeof(config));
	ck_assert_int_eq(c.report.rule, CAPGATE_RULE_DROP_PRETENDED);
	ck_assert(c.spec.identity_pretended);
	core_release(&c);
	/* Runtimes heed it. */
	judge_call(&c, identity[_i], "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":22", config,
		   sizeof(config));
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	ck_assert(!c.spec.identity_pretended);
	core_release(&c);
}
END_TEST

START_TEST(a_process_whose_user_is_pretended_is_reckoned_as_root)
{
	static const char config[] =
		"{" MOUNTS ",\"process\":{\"user\":{\"uid\":1000},\"capabilities\":{\"bounding\":"
		"[\"CAP_KILL\"]}},\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\","
		"\"syscalls\":[{\"names\":[\"%s\"]," LIE "}]}}}";
	char text[1024];

	for (int lies = 0; lies < 2; lies++) {
		struct core c;

		core_init(&c, sizeof(text));
		snprintf(text, sizeof(text), config, lies ? "setresuid" : "chown");
		core_judge(&c, capgate_text_of(text), CAPGATE_CONFIG);
		ck_assert_int_eq(capgate_set_has(c.report.before.initial[CAPGATE_EFFECTIVE],
						 CAPGATE_CAP_KILL),
				 lies);
		core_release(&c);
	}
}
END_TEST

START_TEST(whoever_else_may_answer_any_call_is_refused)
{
	static const char *const actions[] = {"SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE",
					      "SCMP_ACT_FUTURE", "scmp_act_allow", "ALLOW"};
	static const char *const names[] = {"read", "chown", "no_such_call", "lseek"};

	for (size_t a = 0; a < sizeof(actions) / sizeof(actions[0]); a++) {
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			char answer[64], config[1024];
			struct core c;

			snprintf(answer, sizeof(answer), "\"action\":\"%s\"", actions[a]);
			judge_call(&c, names[n], answer, config, sizeof(config));
			ck_assert_int_eq(c.report.verdict, CAPGATE_REFUSE);
			ck_assert_int_eq(c.report.rule, CAPGATE_RULE_FILTER_ASKS);
			core_release(&c);
		}
	}
}
END_TEST

START_TEST(the_default_action_may_ask_nobody_either)
{
	/* Every call that drops or changes who it is is allowed by name. */
	struct capgate_report r =
		judged(PROFILE("SCMP_ACT_NOTIFY", "", RULE(ALL, ALLOW, "")), "", NULL);

	ck_assert_int_eq(r.rule, CAPGATE_RULE_FILTER_ASKS);
	r = judged(PROFILE("SCMP_ACT_TRACE", "", RULE(ALL, ALLOW, "")), "", NULL);
	ck_assert_int_eq(r.exit_status, 10);
	/* A rule like the default one, which runtimes leave out, changes nothing. */
	r = judged(PROFILE("SCMP_ACT_NOTIFY", "", RULE("\"read\"", "SCMP_ACT_NOTIFY", "")), "",
		   NULL);
	ck_assert_int_eq(r.verdict, CAPGATE_REFUSE);
	r = judged(PROFILE("SCMP_ACT_LOG", "", RULE("\"read\"", "SCMP_ACT_TRAP", "")), "", NULL);
	ck_assert_int_eq(r.verdict, CAPGATE_PASS);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("pretend");
	TCase *t = tcase_create("pretend");

	tcase_add_loop_test(t, what_may_mislead_the_runtime_is_refused, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(t, a_filter_in_an_annotation_is_read, 0,
			    sizeof(filters) / sizeof(filters[0]));
	tcase_add_test(t, the_second_instruction_counts_too);
	tcase_add_test(t, who_may_hold_all_may_keep_all);
	tcase_add_loop_test(t, who_only_believes_that_the_user_changed_is_refused, 0,
			    sizeof(identity) / sizeof(identity[0]));
	tcase_add_test(t, a_process_whose_user_is_pretended_is_reckoned_as_root);
	tcase_add_test(t, whoever_else_may_answer_any_call_is_refused);
	tcase_add_test(t, the_default_action_may_ask_nobody_either);
	suite_add_tcase(s, t);
	return s;
}
