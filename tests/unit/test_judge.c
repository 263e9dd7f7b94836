/* SPDX-License-Identifier: Apache-2.0 */
/* The decision procedure, a row a rule. */
#include "unit.h"

#include "core.h"

#define ALL_FIVE(list) \
	"\"capabilities\":{\"bounding\":[" list "],\"effective\":[" list \
	"],\"inheritable\":[" list "],\"permitted\":[" list "],\"ambient\":[" list "]}"
#define BOUNDING(list) "\"capabilities\":{\"bounding\":[" list "]}"
#define GOOD BOUNDING("\"CAP_KILL\"")

struct row {
	const char *process; /* members of the process object */
	enum capgate_verdict verdict;
	enum capgate_rule rule;
	int status;
};

static const struct row rows[] = {
	/* what is allowed */
	{"\"capabilities\":{}", CAPGATE_PASS, CAPGATE_RULE_NONE, 0},
	{GOOD, CAPGATE_PASS, CAPGATE_RULE_NONE, 0},
	{ALL_FIVE("\"CAP_KILL\",\"CAP_CHOWN\",\"CAP_KILL\""), CAPGATE_PASS, CAPGATE_RULE_NONE, 0},
	{"\"capabilities\":{\"ambient\":[]}", CAPGATE_PASS, CAPGATE_RULE_NONE, 0},
	{BOUNDING("\"CAP_\\u004bILL\""), CAPGATE_PASS, CAPGATE_RULE_NONE, 0},
	{"\"c\\u0061pabilities\":{}", CAPGATE_PASS, CAPGATE_RULE_NONE, 0},
	{"\"capabilities\":{\"future\":[\"CAP_NET_RAW\"]}", CAPGATE_PASS, CAPGATE_RULE_NONE, 0},
	{"\"unknown\":{\"A\":1,\"a\":2},\"capabilities\":{}", CAPGATE_PASS, CAPGATE_RULE_NONE, 0},
	{"\"user\":{\"uid\":4294967294,\"gid\":0},\"capabilities\":{}", CAPGATE_PASS,
	 CAPGATE_RULE_NONE, 0},
	{"\"user\":{},\"capabilities\":{}", CAPGATE_PASS, CAPGATE_RULE_NONE, 0},

	/* what a rewrite mends, in any one of the five sets */
	{BOUNDING("\"CAP_NET_RAW\""), CAPGATE_STRIP, CAPGATE_RULE_NET_RAW, 10},
	{"\"capabilities\":{\"effective\":[\"CAP_NET_RAW\"]}", CAPGATE_STRIP, CAPGATE_RULE_NET_RAW,
	 10},
	{"\"capabilities\":{\"inheritable\":[\"CAP_NET_RAW\"]}", CAPGATE_STRIP,
	 CAPGATE_RULE_NET_RAW, 10},
	{"\"capabilities\":{\"permitted\":[\"CAP_NET_RAW\"]}", CAPGATE_STRIP, CAPGATE_RULE_NET_RAW,
	 10},
	{"\"capabilities\":{\"ambient\":[\"CAP_NET_RAW\"]}", CAPGATE_STRIP, CAPGATE_RULE_NET_RAW,
	 10},
	{BOUNDING("\"CAP_SYS_ADMIN\",\"CAP_NET_RAW\""), CAPGATE_STRIP, CAPGATE_RULE_NET_RAW, 10},
	{BOUNDING("\"CAP_SYS_ADMIN\""), CAPGATE_STRIP, CAPGATE_RULE_UNLISTED, 11},
	{BOUNDING("\"CAP_NET\\u005fRAW\""), CAPGATE_STRIP, CAPGATE_RULE_NET_RAW, 10},
	{"\"user\":{\"uid\":1000},\"noNewPrivileges\":true," BOUNDING("\"CAP_NET_RAW\""),
	 CAPGATE_STRIP, CAPGATE_RULE_NET_RAW, 10},
	{"\"args\":[\"sh\"]", CAPGATE_STRIP, CAPGATE_RULE_CAPS_ABSENT, 10},
	{"\"capabilities\":null", CAPGATE_STRIP, CAPGATE_RULE_CAPS_ABSENT, 10},
	{BOUNDING("\"13\""), CAPGATE_STRIP, CAPGATE_RULE_ODD_NAME, 12},
	{BOUNDING("\"cap_net_raw\""), CAPGATE_STRIP, CAPGATE_RULE_ODD_NAME, 12},
	{BOUNDING("\"cap_kill\""), CAPGATE_STRIP, CAPGATE_RULE_ODD_NAME, 12},
	{BOUNDING("\"NET_RAW\""), CAPGATE_STRIP, CAPGATE_RULE_ODD_NAME, 12},
	{BOUNDING("\"CAP_FUTURE\""), CAPGATE_STRIP, CAPGATE_RULE_ODD_NAME, 12},
	{BOUNDING("\"\""), CAPGATE_STRIP, CAPGATE_RULE_ODD_NAME, 12},
	{BOUNDING("13"), CAPGATE_STRIP, CAPGATE_RULE_ODD_ELEMENT, 12},
	{BOUNDING("null"), CAPGATE_STRIP, CAPGATE_RULE_ODD_ELEMENT, 12},
	{BOUNDING("[\"CAP_NET_RAW\"]"), CAPGATE_STRIP, CAPGATE_RULE_ODD_ELEMENT, 12},
	{BOUNDING("{\"a\":1}"), CAPGATE_STRIP, CAPGATE_RULE_ODD_ELEMENT, 12},
	{BOUNDING("13,\"cap_kill\",\"CAP_BPF\""), CAPGATE_STRIP, CAPGATE_RULE_UNLISTED, 11},

	/* two readings: refused, whatever the action */
	{GOOD "," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_DUPLICATE_KEY, 12},
	{GOOD ",\"c\\u0061pabilities\":{}", CAPGATE_REFUSE, CAPGATE_RULE_DUPLICATE_KEY, 12},
	{GOOD ",\"CAPABILITIES\":{}", CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY, 12},
	{"\"capabilitie\xc5\xbf\":{}", CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY, 12},
	{"\"capabilitie\\u017f\":{}", CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY, 12},
	{"\"capabilities\":{\"Bounding\":[]}", CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY, 12},
	{"\"capabilities\":{\"bounding\":[],\"bounding\":[]}", CAPGATE_REFUSE,
	 CAPGATE_RULE_DUPLICATE_KEY, 12},
	{GOOD ",\"X\":1,\"x\":2", CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY, 12},
	{GOOD ",\"free\":{\"a\":1,\"a\":2}", CAPGATE_REFUSE, CAPGATE_RULE_DUPLICATE_KEY, 12},
	{BOUNDING("{\"a\":1,\"a\":2}"), CAPGATE_REFUSE, CAPGATE_RULE_DUPLICATE_KEY, 12},
	{"\"user\":{\"UID\":0}," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY, 12},
	{"\"noNewPrivilege\xc5\xbf\":true," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY, 12},
	{"\"capabilities\\u0000\":{}", CAPGATE_REFUSE, CAPGATE_RULE_HIDDEN_CHARACTER, 12},
	{BOUNDING("\"CAP_KILL\\u0000\""), CAPGATE_REFUSE, CAPGATE_RULE_HIDDEN_CHARACTER, 12},
	{"\"args\":[\"\\ud800\"]," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_HIDDEN_CHARACTER, 12},

	/* wrong types where some runtimes read "absent" or 0 */
	{"\"capabilities\":[\"CAP_KILL\"]", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"capabilities\":\"CAP_KILL\"", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"capabilities\":false", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"capabilities\":{\"bounding\":null}", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"capabilities\":{\"bounding\":\"CAP_KILL\"}", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE,
	 21},
	{"\"capabilities\":{\"bounding\":{}}", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"user\":\"root\"," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"user\":null," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"user\":{\"uid\":\"1000\"}," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"user\":{\"uid\":-1}," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"user\":{\"uid\":1e3}," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"user\":{\"uid\":4294967295}," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"user\":{\"gid\":1.0}," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"noNewPrivileges\":1," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"noNewPrivileges\":null," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"args\":\"sh\"," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"args\":[1]," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
	{"\"env\":{}," GOOD, CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE, 21},
};

static void judge_row(struct core *c, char *buf, size_t size, const struct row *row,
		      enum capgate_action action)
{
	struct capgate_text text = core_config(buf, size, row->process);

	core_init(c, text.len);
	c->policy.action = action;
	core_judge(c, text, CAPGATE_CONFIG);
}

START_TEST(each_row_is_judged_as_written)
{
	const struct row *row = &rows[_i];
	char buf[4096];
	struct core c;

	judge_row(&c, buf, sizeof(buf), row, CAPGATE_REWRITE);
	ck_assert_msg(c.report.verdict == row->verdict, "%s: %s", row->process, c.report.error.msg);
	ck_assert_int_eq(c.report.rule, row->rule);
	ck_assert_int_eq(c.report.exit_status, row->status);
	core_release(&c);
}
END_TEST

START_TEST(action_reject_refuses_what_a_rewrite_would_mend)
{
	const struct row *row = &rows[_i];
	char buf[4096];
	struct core c;

	judge_row(&c, buf, sizeof(buf), row, CAPGATE_REJECT);
	ck_assert_int_eq(c.report.verdict,
			 row->verdict == CAPGATE_PASS ? CAPGATE_PASS : CAPGATE_REFUSE);
	ck_assert_int_eq(c.report.exit_status, row->status);
	core_release(&c);
}
END_TEST

/* Whole documents: what is not in the process object. */
static const struct {
	const char *text;
	enum capgate_verdict verdict;
	enum capgate_rule rule;
} documents[] = {
	{"[]", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE},
	{"null", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE},
	{"{}", CAPGATE_REFUSE, CAPGATE_RULE_MISSING},
	{"{" MOUNTS ",\"process\":null}", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE},
	{"{" MOUNTS ",\"process\":[]}", CAPGATE_REFUSE, CAPGATE_RULE_WRONG_TYPE},
	{"{\"PROCESS\":{\"capabilities\":{}}}", CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY},
	{"{" MOUNTS ",\"process\":{" GOOD "},\"process\":{}}", CAPGATE_REFUSE,
	 CAPGATE_RULE_DUPLICATE_KEY},
	{"{" MOUNTS ",\"process\":{" GOOD
	 "},\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"pid\"}]}}",
	 CAPGATE_REFUSE, CAPGATE_RULE_DUPLICATE_NAMESPACE},
	{"{" MOUNTS ",\"process\":{" GOOD "},\"linux\":{\"Namespaces\":[]}}", CAPGATE_REFUSE,
	 CAPGATE_RULE_LOOKALIKE_KEY},
	{"{" MOUNTS ",\"process\":{" GOOD "},\"linux\":{\"seccomp\":{\"syscall\xc5\xbf\":[]}}}",
	 CAPGATE_REFUSE, CAPGATE_RULE_LOOKALIKE_KEY},
	{"{" MOUNTS ",\"process\":{" GOOD "},\"hoo\xe2\x84\xaas\":{}}", CAPGATE_REFUSE,
	 CAPGATE_RULE_LOOKALIKE_KEY},
	{"{" MOUNTS ",\"process\":{" GOOD "},\"annotations\":{\"A\":\"1\",\"a\":\"2\"}}",
	 CAPGATE_PASS, CAPGATE_RULE_NONE},
	{"{" MOUNTS ",\"process\":{" GOOD "},\"annotations\":{\"a\":\"1\",\"a\":\"2\"}}",
	 CAPGATE_REFUSE, CAPGATE_RULE_DUPLICATE_KEY},
	{"{" MOUNTS ",\"process\":{" GOOD
	 "},\"linux\":{\"sysctl\":{\"net.A\":\"1\",\"net.a\":\"2\"}}}",
	 CAPGATE_PASS, CAPGATE_RULE_NONE},
	{"{" MOUNTS ",\"process\":{" GOOD "},\"root\":[],\"hooks\":null,\"hostname\":{}}",
	 CAPGATE_PASS, CAPGATE_RULE_NONE},
	{"{" MOUNTS ",\"process\":{" GOOD
	 "},\"linux\":{\"seccomp\":{\"syscalls\":[{\"args\":[{\"value\":"
	 "18446744073709551615}]}]}}}",
	 CAPGATE_PASS, CAPGATE_RULE_NONE},
};

START_TEST(documents_are_judged_as_written)
{
	struct capgate_text text = capgate_text_of(documents[_i].text);
	struct core c;

	core_init(&c, text.len);
	core_judge(&c, text, CAPGATE_CONFIG);
	ck_assert_msg(c.report.verdict == documents[_i].verdict, "%s: %s", documents[_i].text,
		      c.report.error.msg);
	ck_assert_int_eq(c.report.rule, documents[_i].rule);
	core_release(&c);
}
END_TEST

START_TEST(a_zeroed_report_refuses)
{
	struct capgate_report report = {0};

	ck_assert_int_eq(report.verdict, CAPGATE_REFUSE);
	ck_assert(!report.parsed);
}
END_TEST

START_TEST(the_place_of_a_finding_is_its_entry)
{
	char buf[512], path[128];
	struct capgate_text text =
		core_config(buf, sizeof(buf), BOUNDING("\"CAP_KILL\", \"CAP_NET_RAW\""));
	struct capgate_out out = {path, sizeof(path) - 1, 0};
	struct core c;

	core_init(&c, text.len);
	core_judge(&c, text, CAPGATE_CONFIG);
	ck_assert_uint_ge(c.report.n_findings, 1);
	ck_assert(memcmp(text.p + c.report.findings[0].at.off, "\"CAP_NET_RAW\"",
			 c.report.findings[0].at.len) == 0);
	capgate_finding_path(&c.report.findings[0], &c.spec, &out);
	path[out.len] = '\0';
	ck_assert_str_eq(path, "process.capabilities.bounding[1]");
	core_release(&c);
}
END_TEST

START_TEST(findings_beyond_the_limit_are_counted_and_refused_alike)
{
	enum { MORE = CAPGATE_FINDINGS_MAX + 44 };
	static char text[MORE * 5 + 100];
	size_t n = (size_t)snprintf(text, sizeof(text),
				    "{" MOUNTS ",\"process\":{\"capabilities\":{\"bounding\":[");
	struct core c;

	for (int i = 0; i < MORE; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s\"x\"", i ? "," : "");
	n += (size_t)snprintf(text + n, sizeof(text) - n, "]}}}");
	core_init(&c, n);
	core_judge(&c, (struct capgate_text){text, n}, CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_uint_eq(c.report.n_findings, CAPGATE_FINDINGS_MAX);
	ck_assert_uint_ge(c.report.findings_left_out, MORE - CAPGATE_FINDINGS_MAX);
	core_release(&c);
}
END_TEST

START_TEST(a_bare_process_is_judged_alike)
{
	struct capgate_text text =
		capgate_text_of("{\"args\":[\"sh\"]," BOUNDING("\"CAP_NET_RAW\"") "}");
	struct core c;

	core_init(&c, text.len);
	core_judge(&c, text, CAPGATE_PROCESS);
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_int_eq(c.report.rule, CAPGATE_RULE_NET_RAW);
	ck_assert_uint_eq(c.spec.process.len, text.len);
	core_release(&c);
}
END_TEST

START_TEST(a_specification_over_the_limit_is_refused_unread)
{
	struct capgate_text text =
		capgate_text_of("{" MOUNTS ",\"process\":{\"capabilities\":{}}}");
	struct core c;

	core_init(&c, text.len);
	c.policy.max_bytes = text.len - 1;
	core_judge(&c, text, CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_REFUSE);
	ck_assert_int_eq(c.report.rule, CAPGATE_RULE_LIMIT);
	c.policy.max_bytes = text.len;
	core_judge(&c, text, CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	core_release(&c);
}
END_TEST

START_TEST(many_keys_are_compared_all_with_all)
{
	enum { KEYS = 3000 };
	char *text = malloc(KEYS * 16 + 256);
	size_t n = 0;
	struct core c;

	ck_assert_ptr_nonnull(text);
	n += (size_t)sprintf(text,
			     "{" MOUNTS ",\"process\":{\"capabilities\":{}},\"annotations\":{");
	for (int i = 0; i < KEYS; i++)
		n += (size_t)sprintf(text + n, "\"k%d\":\"\",", i * 7919 % KEYS);
	core_init(&c, n + 64);
	sprintf(text + n, "\"z\":\"\"}}");
	core_judge(&c, capgate_text_of(text), CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	sprintf(text + n, "\"k1234\":\"\"}}");
	core_judge(&c, capgate_text_of(text), CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.rule, CAPGATE_RULE_DUPLICATE_KEY);
	ck_assert_uint_eq(c.report.error.pos, n);
	core_release(&c);
	free(text);
}
END_TEST

START_TEST(no_allocation_failure_ever_passes_what_must_not)
{
	char buf[1024];
	struct capgate_text text =
		core_config(buf, sizeof(buf), ALL_FIVE("\"CAP_NET_RAW\",\"CAP_\\u004bILL\",13"));
	bool done = false;

	for (size_t n = 1; !done; n++) {
		struct capgate_text out;
		struct core c;

		core_init(&c, text.len);
		c.arena.fail_at = n;
		core_judge(&c, text, CAPGATE_CONFIG);
		if (c.report.verdict == CAPGATE_STRIP &&
		    capgate_rewrite(&c.spec, &c.report, &c.policy, &c.arena, &out, &c.err) == 0)
			done = c.arena.allocations < n;
		else
			ck_assert(c.report.verdict == CAPGATE_STRIP ||
				  c.report.error.code == CAPGATE_ENOMEM);
		ck_assert_uint_lt(n, 1000);
		core_release(&c);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("judge");
	TCase *t = tcase_create("judge");

	tcase_add_loop_test(t, each_row_is_judged_as_written, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(t, action_reject_refuses_what_a_rewrite_would_mend, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(t, documents_are_judged_as_written, 0,
			    sizeof(documents) / sizeof(documents[0]));
	tcase_add_test(t, a_zeroed_report_refuses);
	tcase_add_test(t, the_place_of_a_finding_is_its_entry);
	tcase_add_test(t, findings_beyond_the_limit_are_counted_and_refused_alike);
	tcase_add_test(t, a_bare_process_is_judged_alike);
	tcase_add_test(t, a_specification_over_the_limit_is_refused_unread);
	tcase_add_test(t, many_keys_are_compared_all_with_all);
	tcase_add_test(t, no_allocation_failure_ever_passes_what_must_not);
	suite_add_tcase(s, t);
	return s;
}
