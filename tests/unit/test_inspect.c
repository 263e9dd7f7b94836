/* SPDX-License-Identifier: Apache-2.0 */
/* docker inspect and podman inspect, resolved as their engines do. */
#include "unit.h"

#include "core.h"

#define DOCKER(host) "[{\"Id\":\"1\",\"Name\":\"/web\",\"Config\":{\"Image\":\"nginx\",\"User\":\"7:8\"},\"HostConfig\":{" host "}}]"
#define PODMAN(caps) "[{\"Id\":\"1\",\"Name\":\"web\",\"ImageName\":\"nginx\"," caps ",\"HostConfig\":{\"CapAdd\":[\"CAP_BPF\"]}}]"
#define DEFAULT 0xa80425fbull
#define NET_RAW (1ull << CAPGATE_CAP_NET_RAW)
#define ALL ((1ull << CAPGATE_NCAPS) - 1)

static const struct {
	const char *text;
	uint64_t bounding;
} rows[] = {
	{DOCKER("\"CapAdd\":null,\"CapDrop\":null"), DEFAULT},
	{DOCKER("\"CapAdd\":[],\"CapDrop\":[\"NET_RAW\"]"), DEFAULT & ~NET_RAW},
	{DOCKER("\"CapDrop\":[\"cap_net_raw\"]"), DEFAULT & ~NET_RAW},
	{DOCKER("\"CapAdd\":[\"SYS_ADMIN\"]"), DEFAULT | 1ull << CAPGATE_CAP_SYS_ADMIN},
	{DOCKER("\"CapDrop\":[\"ALL\"]"), 0},
	{DOCKER("\"CapDrop\":[\"all\"],\"CapAdd\":[\"CAP_KILL\"]"), 1ull << CAPGATE_CAP_KILL},
	{DOCKER("\"CapDrop\":[\"NET_RAW\"],\"CapAdd\":[\"NET_RAW\"]"), DEFAULT},
	{DOCKER("\"CapAdd\":[\"ALL\"]"), ALL},
	{DOCKER("\"CapAdd\":[\"ALL\"],\"CapDrop\":[\"NET_RAW\"]"), ALL & ~NET_RAW},
	{DOCKER("\"CapAdd\":[\"ALL\"],\"CapDrop\":[\"ALL\"]"), ALL},
	{DOCKER("\"Privileged\":true,\"CapDrop\":[\"ALL\"]"), ALL},
	{DOCKER("\"CapDrop\":[\"NET_ROW\"]"), DEFAULT},
	{PODMAN("\"BoundingCaps\":[\"CAP_KILL\"],\"EffectiveCaps\":[\"CAP_KILL\"]"), 1ull << CAPGATE_CAP_KILL},
	{PODMAN("\"BoundingCaps\":null,\"EffectiveCaps\":null"), 0},
};

static struct capgate_inspected *parsed(struct core *c, struct capgate_text t, size_t *n)
{
	struct capgate_inspected *v;

	core_init(c, t.len);
	ck_assert(capgate_inspect_is(t));
	ck_assert_msg(capgate_inspect_parse(t, &c->arena, &v, n, &c->err) == 0, "%s", c->err.msg);
	return v;
}

START_TEST(sets_are_resolved_as_the_engine_does)
{
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	v = parsed(&c, capgate_text_of(rows[_i].text), &n);
	ck_assert_uint_eq(n, 1);
	core_judge(&c, v->config, CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s", c.report.error.msg);
	ck_assert_uint_eq(c.report.asked[CAPGATE_BOUNDING].bits, rows[_i].bounding);
	ck_assert_uint_eq(c.report.asked[CAPGATE_PERMITTED].bits, rows[_i].bounding);
	ck_assert(capgate_text_is(v->name, "web"));
	ck_assert(capgate_text_is(v->image, "nginx"));
	ck_assert_int_eq(v->resolved, strstr(rows[_i].text, "BoundingCaps") == NULL);
	core_release(&c);
}
END_TEST

START_TEST(a_name_that_is_none_is_kept_to_be_refused)
{
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	v = parsed(&c, capgate_text_of(DOCKER("\"CapDrop\":[\"ALL\"],\"CapAdd\":[\"NET\\\"_ROW\"]")), &n);
	core_judge(&c, v->config, CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.rule, CAPGATE_RULE_ODD_NAME);
	core_release(&c);
}
END_TEST

static const struct {
	const char *host;
	enum capgate_rule rule;
	bool there;
} contexts[] = {
	{"\"NetworkMode\":\"host\"", CAPGATE_RULE_HOST_NAMESPACE, true},
	{"\"PidMode\":\"host\"", CAPGATE_RULE_HOST_NAMESPACE, true},
	{"\"NetworkMode\":\"default\",\"IpcMode\":\"private\"", CAPGATE_RULE_HOST_NAMESPACE, false},
	{"\"SecurityOpt\":[\"seccomp=unconfined\"]", CAPGATE_RULE_NO_SECCOMP, true},
	{"\"SecurityOpt\":[\"no-new-privileges\"]", CAPGATE_RULE_NO_SECCOMP, false},
	{"\"SecurityOpt\":[\"no-new-privileges\"]", CAPGATE_RULE_CAN_GAIN, false},
	{"\"SecurityOpt\":[\"no-new-privileges:false\"]", CAPGATE_RULE_CAN_GAIN, true},
	{"\"Privileged\":true", CAPGATE_RULE_NO_SECCOMP, true},
};

START_TEST(context_is_told_too)
{
	struct capgate_inspected *v;
	char text[512];
	struct core c;
	bool there = false;
	size_t n;
	int len = snprintf(text, sizeof(text), "[{\"Config\":{\"User\":\"7\"},\"HostConfig\":{%s}}]", contexts[_i].host);

	v = parsed(&c, (struct capgate_text){text, (size_t)len}, &n);
	core_judge(&c, v->config, CAPGATE_CONFIG);
	for (size_t i = 0; i < c.report.n_findings; i++)
		there |= c.report.findings[i].rule == contexts[_i].rule;
	ck_assert_int_eq(there, contexts[_i].there);
	core_release(&c);
}
END_TEST

static const char *const refused[] = {
	"[]", "[{}]", "[{\"process\":{}}]", "[7]", "[{\"HostConfig\":{\"CapAdd\":\"ALL\"}}]",
	"[{\"HostConfig\":{\"CapAdd\":[],\"capadd\":[]}}]", "[{\"HostConfig\":{\"Privileged\":\"true\"}}]", "[{\"HostConfig\":{}}",
	"[{\"HostConfig\":{}},{}]",
};

START_TEST(what_is_no_inspect_output_is_an_error)
{
	struct capgate_text t = capgate_text_of(refused[_i]);
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	core_init(&c, t.len);
	ck_assert_int_lt(capgate_inspect_parse(t, &c.arena, &v, &n, &c.err), 0);
	core_release(&c);
}
END_TEST

START_TEST(every_container_is_there_with_its_own)
{
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	v = parsed(&c, capgate_text_of(" [{\"Name\":\"a\",\"HostConfig\":{\"CapAdd\":[\"BPF\"]}},{\"Name\":\"b\",\"HostConfig\":{}}]"), &n);
	ck_assert_uint_eq(n, 2);
	core_judge(&c, v[1].config, CAPGATE_CONFIG);
	ck_assert_uint_eq(c.report.asked[CAPGATE_BOUNDING].bits, DEFAULT);
	ck_assert(capgate_text_is(v[1].name, "b"));
	core_release(&c);
}
END_TEST

START_TEST(memory_that_runs_out_is_an_error)
{
	struct capgate_text t = capgate_text_of(DOCKER("\"CapAdd\":[\"BPF\"]"));
	bool done = false;

	for (size_t at = 1; !done; at++) {
		struct capgate_inspected *v;
		struct core c;
		size_t n;

		core_init(&c, t.len);
		c.arena.fail_at = at;
		done = capgate_inspect_parse(t, &c.arena, &v, &n, &c.err) == 0;
		ck_assert(done || c.err.code == CAPGATE_ENOMEM);
		core_release(&c);
	}
}
END_TEST

#define N(table) (sizeof(table) / sizeof(table[0]))

Suite *suite(void)
{
	Suite *s = suite_create("inspect");
	TCase *t = tcase_create("inspect");

	tcase_add_loop_test(t, sets_are_resolved_as_the_engine_does, 0, N(rows));
	tcase_add_test(t, a_name_that_is_none_is_kept_to_be_refused);
	tcase_add_loop_test(t, context_is_told_too, 0, N(contexts));
	tcase_add_loop_test(t, what_is_no_inspect_output_is_an_error, 0, N(refused));
	tcase_add_test(t, every_container_is_there_with_its_own);
	tcase_add_test(t, memory_that_runs_out_is_an_error);
	suite_add_tcase(s, t);
	return s;
}
