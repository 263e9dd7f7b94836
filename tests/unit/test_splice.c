/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seccomp profiles that are rewritten so that no user namespace can be made.  Profiles
 * are compiled as runc and crun do, before and after, and every call is tried.
 */
#include "unit.h"

#include "lib/judge/splice.h"
#include "profilerun.h"

/* ---- Random profiles ---------- */

static void add_arg(struct capgate_out *out)
{
	static const char *const values[] = {"0",          "268435456", "2114060288", "131072",
					     "1845624832", "17",        "4026531840"};

	capgate_out_format(out, "{\"index\":%u,\"value\":%s,\"valueTwo\":%s,\"op\":\"%s\"}",
			   pick(8) ? 0 : 1, values[pick(7)], pick(2) ? "0" : values[pick(7)],
			   ONE_OF("SCMP_CMP_MASKED_EQ", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_MASKED_EQ",
				  "SCMP_CMP_EQ", "SCMP_CMP_NE", "SCMP_CMP_GE"));
}

static void add_entry(struct capgate_out *out)
{
	unsigned names = 1 + pick(3), args = pick(3) ? 0 : 1 + pick(2);

	capgate_out_string(out, pick(2) ? "{\"names\": [ " : "{\"names\":[");
	for (unsigned i = 0; i < names; i++)
		capgate_out_format(out, "%s\"%s\"", i ? ", " : "",
				   ONE_OF("unshare", "clone", "clone3", "setns", "read", "socket",
					  "clone", "unshare", "no_such_call"));
	capgate_out_format(out, "],\"action\":\"%s\"",
			   ONE_OF("SCMP_ACT_ALLOW", "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO",
				  "SCMP_ACT_LOG", "SCMP_ACT_KILL_PROCESS"));
	if (pick(3) == 0)
		capgate_out_format(out, ",\"errnoRet\":%s", ONE_OF("1", "38", "0", "13"));
	capgate_out_string(out, ",\"args\":[");
	for (unsigned i = 0; i < args; i++) {
		capgate_out_string(out, i ? "," : "");
		add_arg(out);
	}
	capgate_out_string(out, "]}");
}

static struct capgate_text profile(char *buf, size_t size)
{
	struct capgate_out out = {buf, size, 0};
	unsigned entries = pick(6);

	capgate_out_string(&out, "{" MOUNTS
				 ",\"process\":{\"capabilities\":{}},\"linux\":{\"seccomp\":{");
	capgate_out_format(&out, "\"defaultAction\":\"%s\"",
			   ONE_OF("SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO",
				  "SCMP_ACT_LOG", "SCMP_ACT_KILL_PROCESS"));
	if (pick(4) == 0)
		capgate_out_string(&out, ",\"defaultErrnoRet\":38");
#if defined(__x86_64__)
	capgate_out_string(
		&out, ONE_OF("", "", ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]",
			     ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X32\"]"));
#endif
	capgate_out_string(&out, ",\"syscalls\":[");
	for (unsigned i = 0; i < entries; i++) {
		capgate_out_string(&out, i ? " , " : "");
		add_entry(&out);
	}
	capgate_out_string(&out, "]}}}");
	ck_assert_uint_le(out.len, out.size);
	return (struct capgate_text){buf, out.len};
}

/* SPLICE_N=100000 tries more of them. */
START_TEST(no_profile_lets_more_run_than_before_and_none_a_user_namespace)
{
	const char *many = getenv("SPLICE_N");
	int n = many ? atoi(many) : 200;
	unsigned outcomes[NOUTCOMES] = {0};
	char buf[8192];

	for (int i = 0; i < n; i++) {
		state = (uint32_t)i;
		outcomes[try_profile(profile(buf, sizeof(buf)), NULL)]++;
	}
	ck_assert_uint_gt(outcomes[SPLICED], (unsigned)n / 10);
	ck_assert_uint_gt(outcomes[PASSED], (unsigned)n / 100);
	ck_assert_uint_gt(outcomes[REFUSED], 0);
}
END_TEST

/* ---- Profiles that people have ---------- */

#define CONFIG(linux) "{" MOUNTS ",\"process\":{\"capabilities\":{}}," linux "}"
#define DENIED \
	"{\"names\":[\"unshare\",\"clone\"],\"action\":\"SCMP_ACT_ERRNO\"," \
	"\"errnoRet\":1,\"args\":[{\"index\":0,\"value\":268435456,\"valueTwo\":268435456," \
	"\"op\":\"SCMP_CMP_MASKED_EQ\"}]},{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\"," \
	"\"errnoRet\":38},{\"names\":[\"setns\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1}"
#define ADDED "{\"defaultAction\":\"SCMP_ACT_ALLOW\"," ARCHITECTURES "\"syscalls\":[" DENIED "]}"
#if defined(__x86_64__)
#define ARCHITECTURES "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],"
#elif defined(__aarch64__)
#define ARCHITECTURES "\"architectures\":[\"SCMP_ARCH_AARCH64\",\"SCMP_ARCH_ARM\"],"
#else
#define ARCHITECTURES ""
#endif

static const struct {
	const char *what, *before, *after;
} rows[] = {
	{"no profile", CONFIG("\"linux\":{\"namespaces\":[]}"),
	 CONFIG("\"linux\":{\"seccomp\":" ADDED ",\"namespaces\":[]}")},
	{"an empty linux object", CONFIG("\"linux\":{ }"),
	 CONFIG("\"linux\":{\"seccomp\":" ADDED " }")},
	{"a profile that is null", CONFIG("\"linux\":{\"seccomp\":null}"),
	 CONFIG("\"linux\":{\"seccomp\":" ADDED "}")},
	{"podman's way: all allowed by name",
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":"
		"[\"clone\",\"read\",\"unshare\"],\"action\":\"SCMP_ACT_ALLOW\"}]}}"),
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":"
		"[\"unshare\",\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,"
		"\"value\":"
		"268435456,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]},{\"names\":[\"read\"],"
		"\"action\":\"SCMP_ACT_ALLOW\"}]}}")},
	{"a mask without the flag",
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":"
		"[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":131072,"
		"\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}}"),
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":"
		"[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":"
		"268566528,"
		"\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}}")},
	{"an entry that names nothing else",
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":"
		"[\"setns\"],\"action\":\"SCMP_ACT_ALLOW\"}, {\"names\":[\"read\"],\"action\":"
		"\"SCMP_ACT_ALLOW\"}]}}"),
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":"
		"[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}}")},
	{"a rule of its own about unshare",
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{"
		"\"names\":"
		"[\"unshare\"],\"action\":\"SCMP_ACT_LOG\"}]}}"),
	 NULL},
	{"syscalls that are null",
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":null}}"),
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[" DENIED
		"]}}")},
	{"no syscalls", CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"}}"),
	 CONFIG("\"linux\":{\"seccomp\":{\"syscalls\":[" DENIED
		"],\"defaultAction\":\"SCMP_ACT_ALLOW\"}}")},
	{"one mask for two calls",
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":[\"clone\",\"unshare\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{"
		"\"index\":0,"
		"\"value\":131072,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}}"),
	 CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":[\"clone\",\"unshare\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{"
		"\"index\":0,"
		"\"value\":268566528,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}}")},
	{"no linux object", CONFIG("\"x\":1"), NULL},
};

/* What cannot be narrowed safely, and a word of the reason. */
static const struct {
	const char *text, *why;
} fixed[] = {
	{CONFIG("\"linux\":{},\"annotations\":{\"run.oci.seccomp_bpf_data\":\"AAAA\"}"),
	 "annotation"},
	{CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":["
		"\"SCMP_ARCH_S390X\"]}}"),
	 "architecture"},
	{CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_FUTURE\"}}"),
	 "default action"},
	{CONFIG("\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		"\"names\":["
		"\"clone\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}}"),
	 "another process"},
	{CONFIG("\"x\":1"), "linux object"},
};

START_TEST(a_profile_that_cannot_be_narrowed_is_not_edited_and_the_reason_is_given)
{
	struct core c;
	struct capgate_plan plan = {.arena = &c.arena};
	const char *why = NULL;

	core_init(&c, 65536);
	core_judge(&c, capgate_text_of(fixed[_i].text), CAPGATE_CONFIG);
	ck_assert(c.report.parsed);
	ck_assert_int_eq(capgate_splice_userns(&c.spec, &plan, &why), 0);
	ck_assert_ptr_nonnull(why);
	ck_assert_msg(strstr(why, fixed[_i].why), "%s", why);
	ck_assert_uint_eq(plan.edits.n, 0);
	core_release(&c);
}
END_TEST

START_TEST(a_profile_is_changed_in_as_few_bytes_as_it_takes)
{
	struct core c;
	struct capgate_text out;

	core_init(&c, 65536);
	c.policy.user_namespaces = CAPGATE_USERNS_DENY;
	core_judge(&c, capgate_text_of(rows[_i].before), CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.rule, CAPGATE_RULE_USERNS_OPEN);
	ck_assert_int_eq(c.report.exit_status, 11);
	if (!rows[_i].after) {
		ck_assert_msg(c.report.verdict == CAPGATE_REFUSE, "%s", rows[_i].what);
	} else {
		ck_assert_msg(c.report.verdict == CAPGATE_STRIP, "%s", rows[_i].what);
		ck_assert_int_eq(
			capgate_rewrite(&c.spec, &c.report, &c.policy, &c.arena, &out, &c.err), 0);
		ck_assert_msg(capgate_text_is(out, rows[_i].after), "%s: %.*s", rows[_i].what,
			      (int)out.len, out.p);
	}
	core_release(&c);
}
END_TEST

/* The verdict on an open configuration, and on a process object that enters an open
 * container. */
static enum capgate_verdict on(const char *text, enum capgate_kind kind,
			       const struct capgate_scene *scene)
{
	struct core c;
	enum capgate_verdict verdict;

	core_init(&c, 65536);
	c.policy.user_namespaces = CAPGATE_USERNS_DENY;
	c.policy.scene = *scene;
	core_judge(&c, capgate_text_of(text), kind);
	ck_assert(c.report.parsed);
	verdict = c.report.verdict;
	core_release(&c);
	return verdict;
}

START_TEST(a_host_without_user_namespaces_needs_no_profile)
{
	const char *open = CONFIG("\"linux\":{}");

	ck_assert_int_eq(on(open, CAPGATE_CONFIG, &(struct capgate_scene){0}), CAPGATE_STRIP);
	ck_assert_int_eq(
		on(open, CAPGATE_CONFIG, &(struct capgate_scene){.no_user_namespaces = true}),
		CAPGATE_PASS);
}
END_TEST

START_TEST(who_enters_an_open_container_is_refused)
{
	const char *process = "{\"capabilities\":{}}";
	struct core container;
	struct capgate_scene scene = {.container = &container.spec};

	core_init(&container, 65536);
	core_judge(&container, capgate_text_of(CONFIG("\"linux\":{}")), CAPGATE_CONFIG);
	ck_assert_int_eq(on(process, CAPGATE_PROCESS, &scene), CAPGATE_REFUSE);
	core_judge(&container, capgate_text_of(CONFIG("\"linux\":{\"seccomp\":" ADDED "}")),
		   CAPGATE_CONFIG);
	ck_assert_int_eq(on(process, CAPGATE_PROCESS, &scene), CAPGATE_PASS);
	core_release(&container);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("splice");
	TCase *t = tcase_create("splice");

	tcase_add_test(t, no_profile_lets_more_run_than_before_and_none_a_user_namespace);
	tcase_add_loop_test(t, a_profile_is_changed_in_as_few_bytes_as_it_takes, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(t,
			    a_profile_that_cannot_be_narrowed_is_not_edited_and_the_reason_is_given,
			    0, sizeof(fixed) / sizeof(fixed[0]));
	tcase_add_test(t, a_host_without_user_namespaces_needs_no_profile);
	tcase_add_test(t, who_enters_an_open_container_is_refused);
	suite_add_tcase(s, t);
	return s;
}
