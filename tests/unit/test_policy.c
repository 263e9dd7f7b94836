/* SPDX-License-Identifier: Apache-2.0 */
/* The policy language, exemptions, warnings. */
#include "unit.h"

#include "core.h"

static struct core c;

static void setup(void)
{
	core_init(&c, 65536);
}

static void teardown(void)
{
	core_release(&c);
}

static int parse_as(const char *text, const char *source)
{
	return capgate_policy_parse(capgate_text_of(text), capgate_text_of(source), &c.arena,
				    &c.policy, &c.err);
}

static void accept(const char *text)
{
	ck_assert_msg(parse_as(text, "/etc/p.json") == 0, "%s: %s", text, c.err.msg);
}

/* Refused, with all of these words in the message, and nothing changed. */
static void refuse(const char *text, const char *words)
{
	struct capgate_policy before = c.policy;

	ck_assert_msg(parse_as(text, "/etc/p.json") == CAPGATE_EPOLICY, "accepted: %s", text);
	ck_assert_msg(strstr(c.err.msg, words) != NULL, "%s\nsays: %s\nnot:  %s", text, c.err.msg,
		      words);
	ck_assert_msg(strncmp(c.err.msg, "/etc/p.json:", 12) == 0, "%s", c.err.msg);
	ck_assert_mem_eq(&before, &c.policy, sizeof(before));
}

static void judge(const char *spec)
{
	core_judge(&c, capgate_text_of(spec), CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s", c.report.error.msg);
}

#define NET_RAW_SPEC(more) \
	"{" MOUNTS \
	",\"process\":{\"user\":{\"uid\":7},\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}}" \
	"," more "\"x\":1}"

#define CEILING(fields) "{\"version\":1," fields "}"
#define WHY ",\"ceiling_reason\":\"hooks\""

/* An exemption for NET_RAW that matches this. */
static void exempt(const char *match)
{
	/* The policy's views point into it. */
	char *text = capgate_arena_alloc(&c.arena, 2048);

	ck_assert_ptr_nonnull(text);
	snprintf(text, 2048,
		 "{\"version\":1,\"exemptions\":[{\"id\":\"E\",\"match\":{%s},\"allow\":[\"NET_"
		 "RAW\"],\"reason\":\"r\"}]}",
		 match);
	accept(text);
	c.policy.scene.now = 1000;
}

START_TEST(the_embedded_default_is_cis_docker_enforced_and_rewritten)
{
	ck_assert_int_eq(c.policy.mode, CAPGATE_ENFORCE);
	ck_assert_int_eq(c.policy.action, CAPGATE_REWRITE);
	ck_assert(capgate_text_is(c.policy.profile, "cis-docker"));
	ck_assert(!capgate_set_has(c.policy.allowed, CAPGATE_CAP_NET_RAW));
	ck_assert_int_eq(capgate_set_count(c.policy.allowed), 13);
	ck_assert(c.policy.substitute_sysctls);
	ck_assert(!c.policy.require_no_new_privileges);
	ck_assert(!c.policy.best_effort_confinement);
	ck_assert(!c.policy.log_required);
}
END_TEST

START_TEST(every_field_is_read)
{
	accept("{ // a comment\n \"version\": 1, /* and another */ \"mode\": \"audit\", "
	       "\"action\": \"reject\",\n"
	       "\"profile\": \"none\", \"allow\": [\"net_admin\", \"CAP_KILL\"], \"deny\": "
	       "[\"Kill\"],\n"
	       "\"substitute_sysctls\": false, \"no_new_privileges\": \"require\", "
	       "\"confinement\": \"best-effort\",\n"
	       "\"limits\": {\"bytes\": 8388608},\n"
	       "\"log\": {\"file\": \"/var/log/c.jsonl\", \"system\": false, \"max_bytes\": 8192, "
	       "\"required\": true},\n"
	       "\"exemptions\": []}");
	ck_assert_int_eq(c.policy.mode, CAPGATE_AUDIT);
	ck_assert_int_eq(c.policy.action, CAPGATE_REJECT);
	ck_assert(!c.policy.substitute_sysctls);
	ck_assert(c.policy.require_no_new_privileges);
	ck_assert(c.policy.best_effort_confinement);
	ck_assert_uint_eq(c.policy.max_bytes, 8388608);
	ck_assert(capgate_text_is(c.policy.log_file, "/var/log/c.jsonl"));
	ck_assert(!c.policy.log_system);
	ck_assert(c.policy.log_required);
	ck_assert_uint_eq(c.policy.log_max_bytes, 8192);
	ck_assert(capgate_set_same(c.policy.allowed, capgate_set_of(CAPGATE_CAP_NET_ADMIN)));
}
END_TEST

START_TEST(a_typo_says_where_and_what_was_meant)
{
	refuse("{\"version\":1,\n \"alow\":[]}", ":2:2: ");
	refuse("{\"version\":1,\n \"alow\":[]}", "did you mean \"allow\"");
	refuse("{\"version\":1,\"allow\":[\"NET_RWA\"]}", "did you mean NET_RAW");
	refuse("{\"version\":1,\"allow\":[\"EVERYTHING\"]}", "unknown capability");
	refuse("{\"version\":1,\"mode\":\"Audit\"}", "\"enforce\" or \"audit\"");
	refuse("{\"version\":1,\"action\":\"strip\"}", "\"reject\" or \"rewrite\"");
	refuse("{\"version\":1,\"profile\":\"docker\"}", "unknown profile");
	refuse("{\"version\":1,\"no_new_privileges\":true}", "a string");
	refuse("{\"version\":1,\"confinement\":\"none\"}", "best-effort");
	refuse("{\"version\":1,\"limits\":{\"byte\":1}}", "did you mean \"bytes\"");
	refuse("{\"version\":1,\"limits\":{\"bytes\":10}}", "1024 to 67108864");
	refuse("{\"version\":1,\"limits\":{\"bytes\":68000000}}", "1024 to 67108864");
	refuse("{\"version\":1,\"log\":{\"file\":\"log.jsonl\"}}", "not an absolute path");
	refuse("{\"version\":1,\"log\":{\"required\":1}}", "true or false");
	refuse("{\"version\":1,\"version\":1}", "occurs twice");
	refuse("{\"version\":1,\"Allow\":[]}", "treat the key \"Allow\" as \"allow\"");
	refuse("{\"version\":2}", "reads version 1");
	refuse("{}", "\"version\": 1");
	refuse("{\"version\":1,\"allow\":\"ALL\"}", "an array of capability names");
	refuse("{\"version\":1,\"allow\":null}", "not null");
	refuse("[]", "an object");
	refuse("", "empty");
	refuse("{\"version\":1", "not strict JSON");
}
END_TEST

START_TEST(an_exemption_without_what_it_needs_refuses_the_file)
{
#define WITH(e) "{\"version\":1,\"exemptions\":[" e "]}"
	refuse(WITH("{\"match\":{\"uid\":0},\"allow\":[\"KILL\"],\"reason\":\"r\"}"),
	       "needs an \"id\"");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":0},\"allow\":[\"KILL\"]}"),
	       "needs a \"reason\"");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":0},\"allow\":[],\"reason\":\"r\"}"),
	       "at least one capability");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":0},\"reason\":\"r\"}"), "needs \"allow\"");
	refuse(WITH("{\"id\":\"a\",\"match\":{},\"allow\":[\"KILL\"],\"reason\":\"r\"}"),
	       "at least one condition");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"annotations\":{}},\"allow\":[\"KILL\"],\"reason\":"
		    "\"r\"}"),
	       "at least one condition");
	refuse(WITH("{\"id\":\"a\",\"allow\":[\"KILL\"],\"reason\":\"r\"}"), "needs a \"match\"");
	refuse(WITH("{\"id\":\"\",\"match\":{\"uid\":0},\"allow\":[\"KILL\"],\"reason\":\"r\"}"),
	       "may not be empty");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":\"0\"},\"allow\":[\"KILL\"],\"reason\":"
		    "\"r\"}"),
	       "a number");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":-1},\"allow\":[\"KILL\"],\"reason\":\"r\"}"),
	       "not a user id");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"images\":\"x\"},\"allow\":[\"KILL\"],\"reason\":"
		    "\"r\"}"),
	       "did you mean \"image\"");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":0},\"allow\":[\"KILL\"],\"reason\":\"r\","
		    "\"expires\":\"soon\"}"),
	       "not a date");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":0},\"allow\":[\"KILL\"],\"reason\":\"r\","
		    "\"expires\":\"2027-02-29\"}"),
	       "no such day");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":0},\"allow\":[\"KILL\"],\"reason\":\"r\","
		    "\"expires\":\"2027-13-01\"}"),
	       "not a date");
	refuse(WITH("7"), "an object");
}
END_TEST

/* The verdict on a configuration, for user 0 of which there is this exemption. */
static struct capgate_report under(const char *exemption, const char *config)
{
	struct capgate_report report;
	char policy[512];
	struct core own;

	core_init(&own, 1024);
	snprintf(policy, sizeof(policy),
		 WITH("{\"id\":\"E\",\"match\":{\"uid\":0},%s,\"reason\":\"r\"}"), exemption);
	ck_assert_msg(capgate_policy_parse(capgate_text_of(policy), capgate_text_of("p"),
					   &own.arena, &own.policy, &own.err) == 0,
		      "%s", own.err.msg);
	own.policy.scene.now = 1;
	core_judge(&own, capgate_text_of(config), CAPGATE_CONFIG);
	ck_assert(own.report.parsed);
	report = own.report;
	report.n_findings = report.n_findings && report.findings[0].rule == CAPGATE_RULE_EXEMPT;
	core_release(&own);
	return report;
}

/* The same for a filter that has this action for chown, and one for capset. */
static struct capgate_report on_filter(const char *exemption, const char *chown, const char *capset)
{
	char config[1024];

	snprintf(config, sizeof(config),
		 "{" MOUNTS ",\"process\":{\"capabilities\":{}},\"linux\":{\"seccomp\":{"
		 "\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":["
		 "{\"names\":[\"chown\"],\"action\":\"%s\"},"
		 "{\"names\":[\"capset\"],\"action\":\"%s\"}]}}}",
		 chown, capset);
	return under(exemption, config);
}

START_TEST(an_exemption_lifts_seccomp_actions_by_name)
{
	static const char both[] = "\"seccomp\":[\"SCMP_ACT_NOTIFY\",\"SCMP_ACT_TRACE\"]";
	static const char notify[] = "\"seccomp\":[\"SCMP_ACT_NOTIFY\"]";
	struct capgate_report r = on_filter(notify, "SCMP_ACT_NOTIFY", "SCMP_ACT_ALLOW");

	ck_assert_int_eq(r.verdict, CAPGATE_PASS);
	ck_assert_uint_eq(r.lifted, CAPGATE_LIFT_NOTIFY);
	ck_assert_uint_eq(r.n_findings, 1); /* CPG421 names it */
	ck_assert_int_eq(on_filter(notify, "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW").rule,
			 CAPGATE_RULE_FILTER_ASKS);
	ck_assert_int_eq(on_filter(both, "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW").verdict, CAPGATE_PASS);
	ck_assert_int_eq(on_filter(both, "SCMP_ACT_X", "SCMP_ACT_ALLOW").verdict, CAPGATE_REFUSE);
	/* Capabilities lift none. */
	ck_assert_int_eq(on_filter("\"allow\":[\"BPF\"]", "SCMP_ACT_NOTIFY", "SCMP_ACT_ALLOW").rule,
			 CAPGATE_RULE_FILTER_ASKS);
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":0},\"seccomp\":[\"NOTIFY\"],\"reason\":"
		    "\"r\"}"),
	       "not a seccomp action that an exemption can lift");
	refuse(WITH("{\"id\":\"a\",\"match\":{\"uid\":0},\"seccomp\":[],\"reason\":\"r\"}"),
	       "\"seccomp\" with an action, or \"user_namespaces\"");
}
END_TEST

START_TEST(an_exemption_for_notify_lifts_the_libraries_that_answer)
{
	static const char config[] =
		"{" MOUNTS ",\"process\":{\"capabilities\":{}},"
		"\"annotations\":{\"run.oci.seccomp.plugins\":\"/srv/plugin.so\"}}";
	struct capgate_report r = under("\"seccomp\":[\"SCMP_ACT_NOTIFY\"]", config);

	ck_assert_int_eq(r.verdict, CAPGATE_PASS);
	ck_assert_uint_eq(r.lifted, CAPGATE_LIFT_NOTIFY);
	ck_assert_uint_eq(r.n_findings, 1); /* CPG421 names it */
	ck_assert_int_eq(under("\"seccomp\":[\"SCMP_ACT_TRACE\"]", config).rule,
			 CAPGATE_RULE_RUNTIME_PLUGIN);
	ck_assert_int_eq(under("\"allow\":[\"BPF\"]", config).verdict, CAPGATE_REFUSE);
}
END_TEST

START_TEST(a_lifted_action_says_nothing_about_the_calls_of_dropping)
{
	ck_assert_int_eq(
		on_filter("\"seccomp\":[\"SCMP_ACT_NOTIFY\"]", "SCMP_ACT_NOTIFY", "SCMP_ACT_NOTIFY")
			.rule,
		CAPGATE_RULE_DROP_PRETENDED);
}
END_TEST

START_TEST(an_exemption_by_user_is_for_whom_the_process_will_be)
{
	static const char policy[] = WITH(
		"{\"id\":\"E\",\"match\":{\"uid\":1000},\"allow\":[\"NET_RAW\"],\"reason\":\"r\"}");
	static const char config[] = "{" MOUNTS ",\"process\":{\"user\":{\"uid\":%d},"
				     "\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}}%s}";
	static const char lies[] =
		",\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":["
		"{\"names\":[\"setresuid\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":0}]}}";
	static const struct {
		int written;
		enum capgate_user user;
		uint32_t given;
		const char *filter;
		bool matches;
	} users[] = {
		{1000, CAPGATE_USER_AS_WRITTEN, 0, "", true},
		{0, CAPGATE_USER_AS_WRITTEN, 0, "", false},
		{1000, CAPGATE_USER_GIVEN, 0, "", false}, /* exec --user 0 */
		{0, CAPGATE_USER_GIVEN, 1000, "", true},
		{1000, CAPGATE_USER_UNKNOWN, 0, "", false},
		{1000, CAPGATE_USER_AS_WRITTEN, 0, lies, false},
		{0, CAPGATE_USER_GIVEN, 1000, lies, false},
	};

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		char text[512];
		struct core own;

		core_init(&own, sizeof(text));
		ck_assert_int_eq(capgate_policy_parse(capgate_text_of(policy), capgate_text_of("p"),
						      &own.arena, &own.policy, &own.err),
				 0);
		own.policy.scene = (struct capgate_scene){
			.now = 1, .user = users[i].user, .uid = users[i].given};
		snprintf(text, sizeof(text), config, users[i].written, users[i].filter);
		core_judge(&own, capgate_text_of(text), CAPGATE_CONFIG);
		ck_assert_int_eq(capgate_exemption_matches(&own.policy.exemptions[0], &own.spec,
							   &own.policy.scene),
				 users[i].matches);
		ck_assert_int_eq(own.report.verdict == CAPGATE_PASS, users[i].matches);
		core_release(&own);
	}
}
END_TEST

START_TEST(an_exemption_that_is_too_long_refuses_the_file)
{
	char pattern[1025 + 1], match[1200], text[1400];

	for (int i = 0; i < 2; i++) {
		for (size_t len = 1024; len <= 1025; len++) {
			memset(pattern, 'x', len);
			pattern[len] = '\0';
			snprintf(match, sizeof(match),
				 i ? "\"annotations\":{\"k\":\"%s\"}" : "\"cgroup\":\"%s\"",
				 pattern);
			snprintf(text, sizeof(text),
				 WITH("{\"id\":\"a\",\"match\":{%s},\"allow\":[\"KILL\"],"
				      "\"reason\":\"r\"}"),
				 match);
			capgate_policy_init(&c.policy);
			if (len == 1024)
				accept(text);
			else
				refuse(text, "longer than 1024 bytes");
		}
	}
}
END_TEST

START_TEST(lists_append_and_deny_wins_whatever_the_order)
{
	accept("{\"version\":1,\"allow\":[\"SYS_ADMIN\"],\"deny\":[\"SYS_TIME\"]}");
	ck_assert_int_eq(
		parse_as("{\"version\":1,\"allow\":[\"SYS_TIME\",\"NET_RAW\"]}", "/etc/q.json"), 0);
	ck_assert(capgate_set_has(c.policy.allowed, CAPGATE_CAP_SYS_ADMIN));
	ck_assert(capgate_set_has(c.policy.allowed, CAPGATE_CAP_NET_RAW));
	ck_assert(!capgate_set_has(c.policy.allowed, CAPGATE_CAP_SYS_TIME));
	/* Each part knows its file. */
	ck_assert_uint_eq(c.policy.n_sources, 3);
	ck_assert(capgate_text_is(c.policy.sources[c.policy.allow_from[CAPGATE_CAP_SYS_ADMIN]],
				  "/etc/p.json"));
	ck_assert(capgate_text_is(c.policy.sources[c.policy.allow_from[CAPGATE_CAP_NET_RAW]],
				  "/etc/q.json"));
	ck_assert_uint_eq(c.policy.from[CAPGATE_FIELD_MODE], 0);
}
END_TEST

START_TEST(all_means_all_and_is_not_a_name)
{
	accept("{\"version\":1,\"allow\":[\"all\",\"KILL\"]}");
	ck_assert(capgate_set_same(c.policy.allowed, capgate_set_all()));
	ck_assert(capgate_set_same(c.policy.named, capgate_set_of(CAPGATE_CAP_KILL)));
}
END_TEST

START_TEST(globs_match_as_the_manual_says)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{"", "", true},
		{"a", "a", true},
		{"a", "A", false},
		{"*", "", true},
		{"*", "a/b", true},
		{"a*c", "abbbc", true},
		{"a*c", "abbbcd", false},
		{"?", "", false},
		{"?", "\xc3\xa9", true},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"**a", "ba", true},
		{"*a*b", "xaxxb", true},
		{"*a*b", "xaxxbc", false},
		{"[a]", "a", false},
		{"[a]", "[a]", true},
		{"/kube*", "/kubepods/x", true},
		{"a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(capgate_glob(capgate_text_of(rows[i].pattern),
					   capgate_text_of(rows[i].text)) == rows[i].matches,
			      "%s against %s", rows[i].pattern, rows[i].text);
}
END_TEST

START_TEST(each_kind_of_match_decides)
{
	static const struct {
		const char *match, *spec;
		bool applies;
	} rows[] = {
		{"\"uid\":7", NET_RAW_SPEC(""), true},
		{"\"uid\":0", NET_RAW_SPEC(""), false},
		{"\"hostname\":\"web-*\"", NET_RAW_SPEC("\"hostname\":\"web-1\","), true},
		{"\"hostname\":\"web-*\"", NET_RAW_SPEC("\"hostname\":\"db\","), false},
		{"\"hostname\":\"*\"", NET_RAW_SPEC(""), false}, /* nothing known matches nothing */
		{"\"cgroup\":\"/kubepods*\"",
		 NET_RAW_SPEC("\"linux\":{\"cgroupsPath\":\"/kubepods/a\"},"), true},
		{"\"cgroup\":\"/kubepods*\"",
		 NET_RAW_SPEC("\"linux\":{\"cgroupsPath\":\"/kubepods/../a\"},"), false},
		{"\"rootfs\":\"/srv/*\"", NET_RAW_SPEC("\"root\":{\"path\":\"/srv/x\"},"), true},
		{"\"rootfs\":\"/srv/*\"", NET_RAW_SPEC("\"root\":{\"path\":\"/srv/..\"},"), false},
		{"\"annotations\":{\"a\":\"1*\"}", NET_RAW_SPEC("\"annotations\":{\"a\":\"12\"},"),
		 true},
		{"\"annotations\":{\"a\":\"1*\"}", NET_RAW_SPEC("\"annotations\":{\"A\":\"12\"},"),
		 false},
		{"\"annotations\":{\"a\":\"*\"}", NET_RAW_SPEC("\"annotations\":{\"a\":7},"),
		 false},
		{"\"annotations\":{\"a\":\"1\",\"b\":\"2\"}",
		 NET_RAW_SPEC("\"annotations\":{\"a\":\"1\"},"), false},
		{"\"uid\":7,\"hostname\":\"x\"", NET_RAW_SPEC("\"hostname\":\"y\","), false},
		{"\"bundle\":\"/run/b*\"", NET_RAW_SPEC(""), true},
		{"\"bundle\":\"/run/c*\"", NET_RAW_SPEC(""), false},
		{"\"image\":\"*/ping:?\"", NET_RAW_SPEC(""), true},
		{"\"image\":\"ping:1\"", NET_RAW_SPEC(""), false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		capgate_policy_init(&c.policy);
		exempt(rows[i].match);
		c.policy.scene.bundle = capgate_text_of("/run/bundle");
		c.policy.scene.image = capgate_text_of("reg/ping:1");
		judge(rows[i].spec);
		ck_assert_msg((c.report.verdict == CAPGATE_PASS) == rows[i].applies, "%s for %s",
			      rows[i].match, rows[i].spec);
	}
}
END_TEST

START_TEST(an_exemption_lasts_to_the_end_of_its_day_and_not_a_second_longer)
{
	/* 2024-02-29: 1709164800 to 1709251199. */
	accept("{\"version\":1,\"exemptions\":[{\"id\":\"E\",\"match\":{\"uid\":7},\"allow\":["
	       "\"NET_RAW\"],\"reason\":\"r\",\"expires\":\"2024-02-29\"}]}");
	c.policy.scene.now = 1709251199;
	judge(NET_RAW_SPEC(""));
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	ck_assert_uint_eq(c.report.findings[0].rule, CAPGATE_RULE_EXEMPT);
	ck_assert(capgate_text_is(c.report.findings[0].subject, "E"));
	c.policy.scene.now = 1709251200;
	judge(NET_RAW_SPEC(""));
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_uint_eq(c.report.findings[1].rule, CAPGATE_RULE_EXPIRED);
}
END_TEST

START_TEST(without_a_clock_no_exemption_applies)
{
	exempt("\"uid\":7");
	c.policy.scene.now = 0;
	judge(NET_RAW_SPEC(""));
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
}
END_TEST

START_TEST(what_several_exemptions_allow_adds_up)
{
	accept("{\"version\":1,\"exemptions\":["
	       "{\"id\":\"A\",\"match\":{\"uid\":7},\"allow\":[\"NET_RAW\"],\"reason\":\"r\"},"
	       "{\"id\":\"B\",\"match\":{\"uid\":7},\"allow\":[\"SYS_ADMIN\"],\"reason\":\"r\"}]}");
	c.policy.scene.now = 1;
	judge("{" MOUNTS
	      ",\"process\":{\"user\":{\"uid\":7},\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\","
	      "\"CAP_SYS_ADMIN\"]}}}");
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	ck_assert_int_eq(capgate_set_count(c.report.exempt), 2);
}
END_TEST

START_TEST(an_exemption_wins_over_deny)
{
	accept("{\"version\":1,\"deny\":[\"NET_RAW\"]}");
	exempt("\"uid\":7");
	judge(NET_RAW_SPEC(""));
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
}
END_TEST

START_TEST(a_process_object_is_matched_by_its_container)
{
	static const char process[] =
		"{\"user\":{\"uid\":7},\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}}";
	struct capgate_spec container;

	exempt("\"hostname\":\"web\"");
	core_judge(&c, capgate_text_of(process), CAPGATE_PROCESS);
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_int_eq(
		capgate_spec_parse(
			capgate_text_of("{" MOUNTS ",\"process\":{},\"hostname\":\"web\"}"),
			CAPGATE_CONFIG, &c.arena, &container, &c.err),
		0);
	c.policy.scene.container = &container;
	core_judge(&c, capgate_text_of(process), CAPGATE_PROCESS);
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
}
END_TEST

START_TEST(a_user_can_only_tighten)
{
	struct capgate_policy system, wish, both;

	accept("{\"version\":1,\"action\":\"reject\",\"exemptions\":[{\"id\":\"E\",\"match\":{"
	       "\"uid\":7},\"allow\":[\"NET_RAW\",\"KILL\"],\"reason\":\"r\"}]}");
	system = c.policy;
	accept("{\"version\":1,\"mode\":\"audit\",\"action\":\"rewrite\",\"profile\":\"all\","
	       "\"allow\":[\"NET_RAW\"],\"deny\":[\"KILL\"],\"limits\":{\"bytes\":8000000},"
	       "\"exemptions\":[{\"id\":\"U\",\"match\":{\"uid\":7},\"allow\":[\"SYS_ADMIN\"],"
	       "\"reason\":\"r\"}]}");
	wish = c.policy;
	capgate_policy_tighten(&system, &wish, &both);
	ck_assert_int_eq(both.mode, CAPGATE_ENFORCE);
	ck_assert_int_eq(both.action, CAPGATE_REJECT);
	ck_assert(capgate_set_within(both.allowed, system.allowed));
	ck_assert(!capgate_set_has(both.allowed, CAPGATE_CAP_KILL));
	ck_assert_uint_eq(both.max_bytes, system.max_bytes);
	ck_assert_uint_eq(both.n_exemptions, 1);
	c.policy = both;
	c.policy.scene.now = 1;
	judge("{" MOUNTS
	      ",\"process\":{\"user\":{\"uid\":7},\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}"
	      "}}");
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS); /* the system's exemption */
	judge("{" MOUNTS
	      ",\"process\":{\"user\":{\"uid\":7},\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}"
	      "}");
	ck_assert_int_eq(c.report.verdict, CAPGATE_REFUSE); /* the user denies it */
}
END_TEST

START_TEST(what_a_user_wants_stricter_holds)
{
	struct capgate_policy system, wish, both;

	accept("{\"version\":1,\"mode\":\"audit\"}");
	system = c.policy;
	accept("{\"version\":1,\"mode\":\"enforce\",\"action\":\"reject\",\"no_new_privileges\":"
	       "\"require\",\"limits\":{\"bytes\":2000},\"log\":{\"required\":true}}");
	wish = c.policy;
	capgate_policy_tighten(&system, &wish, &both);
	ck_assert_int_eq(both.mode, CAPGATE_ENFORCE);
	ck_assert_int_eq(both.action, CAPGATE_REJECT);
	ck_assert(both.require_no_new_privileges);
	ck_assert_uint_eq(both.max_bytes, 2000);
	ck_assert(both.log_required);
}
END_TEST

START_TEST(a_user_can_deny_user_namespaces_and_not_allow_them)
{
	static const struct {
		const char *system, *wish;
		enum capgate_user_namespaces both;
	} rows[] = {
		{"audit", "deny", CAPGATE_USERNS_DENY},   {"allow", "deny", CAPGATE_USERNS_DENY},
		{"allow", "audit", CAPGATE_USERNS_AUDIT}, {"audit", "allow", CAPGATE_USERNS_AUDIT},
		{"deny", "allow", CAPGATE_USERNS_DENY},   {"deny", "audit", CAPGATE_USERNS_DENY},
	};
	struct capgate_policy system, wish, both;
	char text[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "{\"version\":1,\"user_namespaces\":\"%s\"}",
			 rows[i].system);
		accept(text);
		system = c.policy;
		snprintf(text, sizeof(text), "{\"version\":1,\"user_namespaces\":\"%s\"}",
			 rows[i].wish);
		accept(text);
		wish = c.policy;
		capgate_policy_tighten(&system, &wish, &both);
		ck_assert_msg(both.user_namespaces == rows[i].both, "%s, %s", rows[i].system,
			      rows[i].wish);
	}
}
END_TEST

static bool warned(const char *text, enum capgate_lint_rule rule)
{
	struct capgate_lint *lints;
	size_t n;

	capgate_policy_init(&c.policy);
	accept(text);
	ck_assert_int_eq(capgate_policy_lint(&c.policy, 1700000000, &c.arena, &lints, &n, &c.err),
			 0);
	for (size_t i = 0; i < n; i++)
		if (lints[i].rule == rule)
			return true;
	return false;
}

START_TEST(each_warning_is_given_when_it_holds_and_only_then)
{
#define ONE(match, more) \
	WITH("{\"id\":\"a\",\"match\":{" match "},\"allow\":[\"NET_RAW\"],\"reason\":\"r\"" more \
	     "}")
	ck_assert(warned(ONE("\"hostname\":\"x\"", ""), CAPGATE_LINT_FORGEABLE));
	ck_assert(warned(ONE("\"annotations\":{\"io.container.manager\":\"libpod\"}", ""),
			 CAPGATE_LINT_FORGEABLE));
	ck_assert(!warned(
		ONE("\"annotations\":{\"io.kubernetes.pod.namespace\":\"kube-system\"}", ""),
		CAPGATE_LINT_FORGEABLE));
	ck_assert(!warned(ONE("\"hostname\":\"x\",\"cgroup\":\"/kubepods*\"", ""),
			  CAPGATE_LINT_FORGEABLE));
	ck_assert(warned(ONE("\"hostname\":\"x\",\"cgroup\":\"*\"", ""), CAPGATE_LINT_FORGEABLE));
	ck_assert(warned(ONE("\"cgroup\":\"**\"", ""), CAPGATE_LINT_MATCHES_ALL));
	ck_assert(!warned(ONE("\"uid\":3", ""), CAPGATE_LINT_MATCHES_ALL));
	ck_assert(warned(ONE("\"uid\":3", ""), CAPGATE_LINT_ENDLESS));
	ck_assert(!warned(ONE("\"uid\":3", ",\"expires\":\"2099-01-01\""), CAPGATE_LINT_ENDLESS));
	ck_assert(warned(ONE("\"uid\":3", ",\"expires\":\"2001-01-01\""), CAPGATE_LINT_EXPIRED));
	ck_assert(!warned(ONE("\"uid\":3", ",\"expires\":\"2099-01-01\""), CAPGATE_LINT_EXPIRED));
	ck_assert(warned("{\"version\":1,\"allow\":[\"NET_RAW\"],\"exemptions\":[{\"id\":\"a\","
			 "\"match\":{\"uid\":3},\"allow\":[\"NET_RAW\"],\"reason\":\"r\"}]}",
			 CAPGATE_LINT_SHADOWED));
	ck_assert(warned(WITH("{\"id\":\"a\",\"match\":{\"uid\":3},\"allow\":[\"NET_RAW\",\"BPF\"],"
			      "\"reason\":\"r\"},{\"id\":\"b\",\"match\":{\"uid\":3},\"allow\":["
			      "\"BPF\"],\"reason\":\"r\"}"),
			 CAPGATE_LINT_SHADOWED));
	ck_assert(!warned(
		WITH("{\"id\":\"a\",\"match\":{\"uid\":3},\"allow\":[\"BPF\"],\"reason\":\"r\"},{"
		     "\"id\":\"b\",\"match\":{\"uid\":4},\"allow\":[\"BPF\"],\"reason\":\"r\"}"),
		CAPGATE_LINT_SHADOWED));
#define NOTED(id, value) \
	"{\"id\":\"" id "\",\"match\":{\"annotations\":{\"k\":\"" value \
	"\"}},\"allow\":[\"BPF\"],\"reason\":\"r\"}"
	ck_assert(warned(CEILING("\"ceiling\":\"off\"" WHY), CAPGATE_LINT_CEILING_OFF));
	ck_assert(!warned(CEILING("\"ceiling\":\"enforce\""), CAPGATE_LINT_CEILING_OFF));
	ck_assert(warned(CEILING("\"ceiling_keep\":[\"ALL\"]" WHY), CAPGATE_LINT_CEILING_NET_RAW));
	ck_assert(!warned(CEILING("\"ceiling_keep\":[\"BPF\"]" WHY), CAPGATE_LINT_CEILING_NET_RAW));
	ck_assert(warned(WITH(NOTED("a", "v") "," NOTED("b", "v")), CAPGATE_LINT_SHADOWED));
	ck_assert(!warned(WITH(NOTED("a", "v") "," NOTED("b", "w")), CAPGATE_LINT_SHADOWED));
	ck_assert(warned(
		WITH("{\"id\":\"a\",\"match\":{\"uid\":3},\"allow\":[\"BPF\"],\"reason\":\"r\"},{"
		     "\"id\":\"a\",\"match\":{\"uid\":4},\"allow\":[\"BPF\"],\"reason\":\"r\"}"),
		CAPGATE_LINT_SAME_ID));
	ck_assert(warned("{\"version\":1,\"profile\":\"docker-default\"}",
			 CAPGATE_LINT_WIDE_PROFILE));
	ck_assert(!warned("{\"version\":1,\"profile\":\"podman-default\"}",
			  CAPGATE_LINT_WIDE_PROFILE));
	ck_assert(warned("{\"version\":1,\"profile\":\"docker-default\"}",
			 CAPGATE_LINT_NET_RAW_UNNAMED));
	ck_assert(warned("{\"version\":1,\"allow\":[\"ALL\"]}", CAPGATE_LINT_NET_RAW_UNNAMED));
	ck_assert(!warned("{\"version\":1,\"allow\":[\"ALL\",\"net_raw\"]}",
			  CAPGATE_LINT_NET_RAW_UNNAMED));
	ck_assert(warned("{\"version\":1,\"allow\":[\"ALL\"]}", CAPGATE_LINT_ALL_ALLOWED));
	ck_assert(warned("{\"version\":1,\"mode\":\"audit\"}", CAPGATE_LINT_AUDIT_MODE));
	ck_assert(warned("{\"version\":1,\"deny\":[\"BPF\"]}", CAPGATE_LINT_DENY_IDLE));
	ck_assert(
		!warned("{\"version\":1,\"deny\":[\"NET_RAW\",\"KILL\"]}", CAPGATE_LINT_DENY_IDLE));
	ck_assert(!warned("{\"version\":1,\"deny\":[\"ALL\"]}", CAPGATE_LINT_DENY_IDLE));
}
END_TEST

START_TEST(less_of_a_ceiling_needs_a_reason_in_the_same_file)
{
	const char *words = "needs a reason";

	refuse(CEILING("\"ceiling\":\"off\""), words);
	refuse(CEILING("\"ceiling_keep\":[\"MAC_ADMIN\"]"), words);
	refuse(CEILING("\"ceiling\":\"off\",\"ceiling_reason\":\"\""), words);
	refuse(CEILING("\"ceiling\":\"none\""), "\"enforce\" or \"off\"");
	refuse(CEILING("\"ceiling_keep\":[\"MAC_ADMN\"]" WHY), "did you mean MAC_ADMIN");
	accept(CEILING("\"ceiling\":\"off\"" WHY));
	ck_assert(c.policy.ceiling_off);
	ck_assert(capgate_text_is(c.policy.ceiling_reason, "hooks"));
	refuse(CEILING("\"ceiling\":\"off\""), words);
	accept(CEILING("\"ceiling\":\"enforce\""));
	ck_assert(!c.policy.ceiling_off);
}
END_TEST

static bool ceiling_has(int cap, bool times)
{
	return capgate_set_has(capgate_ceiling(&c.policy, c.policy.allowed, times), cap);
}

START_TEST(a_ceiling_leaves_what_is_allowed_needed_or_kept_and_no_more)
{
	/* The one that must never be in the table, under any policy that does not say so. */
	ck_assert_ptr_null(capgate_ceiling_reason(CAPGATE_CAP_NET_RAW));
	ck_assert(!ceiling_has(CAPGATE_CAP_NET_RAW, true));
	ck_assert(!ceiling_has(CAPGATE_CAP_SYS_MODULE, true));
	ck_assert(ceiling_has(CAPGATE_CAP_SETPCAP, false));
	ck_assert(ceiling_has(CAPGATE_CAP_SYS_ADMIN, false));
	/* Allowed, though no runtime needs it. */
	ck_assert(ceiling_has(CAPGATE_CAP_AUDIT_WRITE, false));
	accept("{\"version\":1,\"deny\":[\"AUDIT_WRITE\"]}");
	ck_assert(!ceiling_has(CAPGATE_CAP_AUDIT_WRITE, false));
	/* Needed for clocks only. */
	ck_assert(!ceiling_has(CAPGATE_CAP_SYS_TIME, false));
	ck_assert(ceiling_has(CAPGATE_CAP_SYS_TIME, true));
	accept(CEILING("\"ceiling_keep\":[\"MAC_ADMIN\"]" WHY));
	ck_assert(ceiling_has(CAPGATE_CAP_MAC_ADMIN, false));
}
END_TEST

START_TEST(the_most_a_ceiling_can_be_has_what_exemptions_give)
{
	ck_assert(!capgate_set_has(capgate_ceiling_most(&c.policy), CAPGATE_CAP_NET_RAW));
	exempt("\"uid\":7");
	ck_assert(capgate_set_has(capgate_ceiling_most(&c.policy), CAPGATE_CAP_NET_RAW));
	ck_assert(!capgate_set_has(capgate_ceiling_most(&c.policy), CAPGATE_CAP_BPF));
	/* Of what runtimes need, containers may hold none for that. */
	ck_assert(capgate_set_has(capgate_ceiling_most(&c.policy), CAPGATE_CAP_SYS_ADMIN));
	ck_assert(!capgate_set_has(capgate_allowed_most(&c.policy), CAPGATE_CAP_SYS_ADMIN));
	ck_assert(capgate_set_has(capgate_allowed_most(&c.policy), CAPGATE_CAP_NET_RAW));
}
END_TEST

START_TEST(a_user_cannot_raise_the_ceiling)
{
	struct capgate_policy system, wish, both;

	accept(CEILING("\"ceiling_keep\":[\"MAC_ADMIN\"]" WHY));
	system = c.policy;
	accept(CEILING("\"ceiling\":\"off\",\"ceiling_keep\":[\"BPF\"]" WHY));
	wish = c.policy;
	capgate_policy_tighten(&system, &wish, &both);
	ck_assert(!both.ceiling_off);
	ck_assert(capgate_set_same(both.ceiling_keep, capgate_set_of(CAPGATE_CAP_MAC_ADMIN)));
	system.ceiling_off = true;
	wish.ceiling_off = false;
	capgate_policy_tighten(&system, &wish, &both);
	ck_assert(!both.ceiling_off);
}
END_TEST

/* Is this recorded under the policy of these fields? */
static bool records(const char *fields, const char *hostname)
{
	struct capgate_spec spec = {.hostname = capgate_text_of(hostname)};
	char *text = capgate_arena_alloc(&c.arena, 512);

	ck_assert_ptr_nonnull(text);
	snprintf(text, 512, "{\"version\":1%s}", fields);
	capgate_policy_init(&c.policy);
	accept(text);
	return capgate_policy_records(&c.policy, &spec, &c.policy.scene);
}

START_TEST(without_learn_match_every_container_is_recorded_and_by_default_none)
{
	ck_assert(!records("", "web"));
	ck_assert(records(",\"learn\":\"record\"", "web"));
	ck_assert(!records(",\"learn\":\"off\"", "web"));
	ck_assert(!records(",\"learn_match\":[{\"hostname\":\"web\"}]", "web"));
}
END_TEST

START_TEST(one_of_learn_match_has_to_match)
{
	static const char both[] = ",\"learn\":\"record\",\"learn_match\":[{\"hostname\":\"web\"},"
				   "{\"hostname\":\"db\"}]";
	static const char together[] = ",\"learn\":\"record\",\"learn_match\":["
				       "{\"hostname\":\"web\",\"uid\":7}]";

	ck_assert(records(both, "web"));
	ck_assert(records(both, "db"));
	ck_assert(!records(both, "mail"));
	ck_assert(!records(together, "web")); /* whose uid is 0 */
	ck_assert(!records(",\"learn\":\"record\",\"learn_match\":[{\"image\":\"*\"}]", "web"));
}
END_TEST

START_TEST(what_is_in_learn_match_is_no_exemption_and_the_other_way_round)
{
	accept("{\"version\":1,\"learn_match\":[{\"uid\":5,\"annotations\":{\"a\":\"b\"}}],"
	       "\"exemptions\":[{\"id\":\"E\",\"match\":{\"uid\":6},\"allow\":[\"BPF\"],"
	       "\"reason\":\"r\"}]}");
	ck_assert_uint_eq(c.policy.n_exemptions, 1);
	ck_assert_uint_eq(c.policy.exemptions[0].uid, 6);
	ck_assert_uint_eq(c.policy.n_learn_match, 1);
	ck_assert_uint_eq(c.policy.learn_match[0].uid, 5);
	ck_assert_uint_eq(c.policy.learn_match[0].n_annotations, 1);
	refuse("{\"version\":1,\"learn_match\":[{\"uid\":5},{}]}", "add a condition");
	refuse("{\"version\":1,\"learn_match\":{\"uid\":5}}", "an array of objects");
	refuse("{\"version\":1,\"learn_match\":[{\"id\":\"E\"}]}", "unknown");
}
END_TEST

START_TEST(a_users_own_policy_says_nothing_of_recording)
{
	struct capgate_policy system = c.policy, wish = c.policy, both;

	wish.learn = CAPGATE_LEARN_RECORD;
	capgate_policy_tighten(&system, &wish, &both);
	ck_assert_int_eq(both.learn, CAPGATE_LEARN_OFF);
	system.learn = CAPGATE_LEARN_RECORD;
	wish.learn = CAPGATE_LEARN_OFF;
	capgate_policy_tighten(&system, &wish, &both);
	ck_assert_int_eq(both.learn, CAPGATE_LEARN_RECORD);
}
END_TEST

START_TEST(a_policy_that_does_not_fit_in_memory_is_refused)
{
	static const char text[] = ONE("\"annotations\":{\"a\":\"b\",\"c\":\"d\"},\"cgroup\":\"x\"",
				       ",\"owner\":\"o\",\"expires\":\"2099-01-01\"");
	size_t n;

	accept(text);
	n = c.arena.allocations;
	for (size_t i = 1; i <= n; i++) {
		core_release(&c);
		core_init(&c, 65536);
		c.arena.fail_at = i;
		ck_assert_int_eq(parse_as(text, "/etc/p.json"), CAPGATE_ENOMEM);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("policy");
	TCase *t = tcase_create("policy");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_embedded_default_is_cis_docker_enforced_and_rewritten);
	tcase_add_test(t, every_field_is_read);
	tcase_add_test(t, a_typo_says_where_and_what_was_meant);
	tcase_add_test(t, an_exemption_without_what_it_needs_refuses_the_file);
	tcase_add_test(t, an_exemption_lifts_seccomp_actions_by_name);
	tcase_add_test(t, an_exemption_for_notify_lifts_the_libraries_that_answer);
	tcase_add_test(t, a_lifted_action_says_nothing_about_the_calls_of_dropping);
	tcase_add_test(t, an_exemption_by_user_is_for_whom_the_process_will_be);
	tcase_add_test(t, an_exemption_that_is_too_long_refuses_the_file);
	tcase_add_test(t, lists_append_and_deny_wins_whatever_the_order);
	tcase_add_test(t, all_means_all_and_is_not_a_name);
	tcase_add_test(t, globs_match_as_the_manual_says);
	tcase_add_test(t, each_kind_of_match_decides);
	tcase_add_test(t, an_exemption_lasts_to_the_end_of_its_day_and_not_a_second_longer);
	tcase_add_test(t, without_a_clock_no_exemption_applies);
	tcase_add_test(t, what_several_exemptions_allow_adds_up);
	tcase_add_test(t, an_exemption_wins_over_deny);
	tcase_add_test(t, a_process_object_is_matched_by_its_container);
	tcase_add_test(t, a_user_can_only_tighten);
	tcase_add_test(t, a_user_can_deny_user_namespaces_and_not_allow_them);
	tcase_add_test(t, what_a_user_wants_stricter_holds);
	tcase_add_test(t, each_warning_is_given_when_it_holds_and_only_then);
	tcase_add_test(t, less_of_a_ceiling_needs_a_reason_in_the_same_file);
	tcase_add_test(t, a_ceiling_leaves_what_is_allowed_needed_or_kept_and_no_more);
	tcase_add_test(t, the_most_a_ceiling_can_be_has_what_exemptions_give);
	tcase_add_test(t, a_user_cannot_raise_the_ceiling);
	tcase_add_test(t, without_learn_match_every_container_is_recorded_and_by_default_none);
	tcase_add_test(t, one_of_learn_match_has_to_match);
	tcase_add_test(t, what_is_in_learn_match_is_no_exemption_and_the_other_way_round);
	tcase_add_test(t, a_users_own_policy_says_nothing_of_recording);
	tcase_add_test(t, a_policy_that_does_not_fit_in_memory_is_refused);
	suite_add_tcase(s, t);
	return s;
}
