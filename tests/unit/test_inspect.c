/* SPDX-License-Identifier: Apache-2.0 */
/* docker inspect and podman inspect, resolved as their engines do. */
#include "unit.h"

#include "core.h"

#define DOCKER(host) \
	"[{\"Id\":\"1\",\"Name\":\"/" \
	"web\",\"Config\":{\"Image\":\"nginx\",\"User\":\"7:8\"},\"HostConfig\":{" host "}}]"
#define PODMAN(caps) \
	"[{\"Id\":\"1\",\"Name\":\"web\",\"ImageName\":\"nginx\"," caps \
	",\"HostConfig\":{\"CapAdd\":[\"CAP_BPF\"]}}]"
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
	{PODMAN("\"BoundingCaps\":[\"CAP_KILL\"],\"EffectiveCaps\":[\"CAP_KILL\"]"),
	 1ull << CAPGATE_CAP_KILL},
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
	/* Docker gives a user who is not root the bounding set alone. */
	ck_assert_uint_eq(c.report.asked[CAPGATE_PERMITTED].bits,
			  v->resolved ? 0 : rows[_i].bounding);
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

	v = parsed(&c,
		   capgate_text_of(DOCKER("\"CapDrop\":[\"ALL\"],\"CapAdd\":[\"NET\\\"_ROW\"]")),
		   &n);
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
	int len = snprintf(text, sizeof(text),
			   "[{\"Config\":{\"User\":\"7\"},\"HostConfig\":{\"CapAdd\":null,%s}}]",
			   contexts[_i].host);

	v = parsed(&c, (struct capgate_text){text, (size_t)len}, &n);
	core_judge(&c, v->config, CAPGATE_CONFIG);
	for (size_t i = 0; i < c.report.n_findings; i++)
		there |= c.report.findings[i].rule == contexts[_i].rule;
	ck_assert_int_eq(there, contexts[_i].there);
	core_release(&c);
}
END_TEST

static const char *const refused[] = {
	"[{\"process\":{}}]",
	"[7]",
	"[{\"HostConfig\":{\"CapAdd\":\"ALL\"}}]",
	"[{\"HostConfig\":{\"CapAdd\":[],\"capadd\":[]}}]",
	"[{\"HostConfig\":{\"Privileged\":\"true\"}}]",
	"[{\"HostConfig\":{}}",
	"7",
	"{\"services\":{\"a\":{\"cap_add\":\"ALL\"}}}",
	"{\"spec\":{\"containers\":{}}}",
	"{\"spec\":{\"containers\":[{\"securityContext\":{\"privileged\":\"yes\"}}]}}",
	"{\"spec\":{\"containers\":[{}],\"template\":{\"spec\":{\"containers\":[{}]}}}}",
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

static const char *const unknown[] = {
	"{\"services\":[]}",
	"[]",
	"[{}]",
	"{}",
	"{\"kind\":\"Service\",\"spec\":{\"ports\":[]}}",
	"{\"a\":{\"process\":{}}}",
};

START_TEST(what_is_of_no_known_kind_is_not_judged)
{
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	core_init(&c, 100);
	ck_assert_int_eq(
		capgate_inspect_parse(capgate_text_of(unknown[_i]), &c.arena, &v, &n, &c.err), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(v->rule, CAPGATE_RULE_OTHER_DOCUMENT);
	ck_assert_uint_eq(v->config.len, 0);
	core_release(&c);
}
END_TEST

START_TEST(every_container_is_there_with_its_own)
{
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	v = parsed(&c,
		   capgate_text_of(" [{\"Name\":\"a\",\"HostConfig\":{\"CapAdd\":[\"BPF\"]}},{"
				   "\"Name\":\"b\",\"HostConfig\":{\"CapDrop\":[]}}]"),
		   &n);
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

static const struct {
	const char *text;
	enum capgate_rule rule;
	const char *why; /* part of it */
} named[] = {
	{"{\"Id\":\"1\",\"Names\":[\"/a\"],\"HostConfig\":{\"NetworkMode\":\"default\"}}",
	 CAPGATE_RULE_NOT_TOLD, "docker inspect ID"},
	{"{\"Id\":\"1\",\"HostConfig\":{}}", CAPGATE_RULE_NOT_TOLD, "CapAdd"},
	{"{\"ID\":\"1\",\"Names\":\"a\",\"Image\":\"nginx\",\"Mounts\":\"\"}",
	 CAPGATE_RULE_NOT_TOLD, "inspect"},
	{"{\"services\":{}}", CAPGATE_RULE_OTHER_DOCUMENT, "docker compose config"},
	{"{\"services\":{\"a\":{\"extends\":{\"file\":\"b\"},\"cap_drop\":[\"ALL\"]}}}",
	 CAPGATE_RULE_NOT_TOLD, "docker compose config"},
	{"{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"spec\":{\"ports\":[]}}",
	 CAPGATE_RULE_OTHER_DOCUMENT, "this is a Service of Kubernetes"},
	{"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"w\"}],"
	 "\"os\":{\"name\":\"windows\"}}}",
	 CAPGATE_RULE_LEFT_OUT, "Windows"},
	{"{\"Id\":\"1\",\"Platform\":\"windows\",\"HostConfig\":{\"CapAdd\":null}}",
	 CAPGATE_RULE_LEFT_OUT, "Windows"},
	{"{\"ociVersion\":\"1.0.2\",\"id\":\"a\",\"status\":\"running\",\"bundle\":\"/b\"}",
	 CAPGATE_RULE_OTHER_DOCUMENT, "/b/config.json"},
	{"{\"id\":\"a\",\"init_process_pid\":7}", CAPGATE_RULE_OTHER_DOCUMENT, "runc state"},
	{"{\"Id\":\"1\",\"Name\":\"p\",\"CreateInfra\":true,\"Containers\":[]}",
	 CAPGATE_RULE_NOT_TOLD, "podman inspect"},
	{"{\"Id\":\"1\",\"RootFS\":{}}", CAPGATE_RULE_OTHER_DOCUMENT, "image"},
	{"{\"status\":{\"id\":\"1\"},\"info\":{\"pid\":2}}", CAPGATE_RULE_NOT_TOLD, "runtimeSpec"},
	{"{\"ID\":\"a\",\"Spec\":{\"type_url\":\"x\"}}", CAPGATE_RULE_NOT_TOLD,
	 "ctr container info"},
	{"{\"containerDefinitions\":[]}", CAPGATE_RULE_OTHER_DOCUMENT, "ECS"},
	{"{\"Job\":{\"TaskGroups\":[{\"Tasks\":[{\"Name\":\"t\",\"Driver\":\"raw_exec\"}]}]}}",
	 CAPGATE_RULE_NOT_TOLD, "driver"},
	{"{\"image\":\"a\",\"features\":{\"f\":{}},\"runArgs\":[\"--cap-drop=ALL\"]}",
	 CAPGATE_RULE_NOT_TOLD, "devcontainer"},
};

START_TEST(what_lacks_the_information_is_named_and_not_judged)
{
	struct capgate_text t = capgate_text_of(named[_i].text);
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	core_init(&c, t.len);
	ck_assert_msg(capgate_inspect_parse(t, &c.arena, &v, &n, &c.err) == 0, "%s", c.err.msg);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(v->rule, named[_i].rule);
	ck_assert_uint_eq(v->config.len, 0);
	ck_assert_msg(strstr(v->why, named[_i].why) != NULL, "%s", v->why);
	core_release(&c);
}
END_TEST

#define N(table) (sizeof(table) / sizeof(table[0]))

/* Who prints more than containers: an entry that is none is there, to be told. */
START_TEST(an_entry_that_is_no_container_is_kept_beside_those_that_are)
{
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	v = parsed(&c,
		   capgate_text_of("[{\"Id\":\"sha256:1\",\"RootFS\":{}},{\"Name\":\"b\","
				   "\"HostConfig\":{\"CapAdd\":[]}}]"),
		   &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(v[0].config.len, 0);
	ck_assert(capgate_text_is(v[0].id, "sha256:1"));
	ck_assert_uint_gt(v[1].config.len, 0);
	core_release(&c);
}
END_TEST

/* ---- docker compose config, kubectl get -o json ------------------------------------- */

#define SERVICE(members) "{\"name\":\"p\",\"services\":{\"web\":{\"image\":\"nginx\"," members "}}}"
#define POD(container, pod) \
	"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"shop\"},\"spec\":{\"containers\":[{\"name\":" \
	"\"web\",\"image\":\"nginx\"" container "}]" pod "}}"
#define CAPS(members) ",\"securityContext\":{\"capabilities\":{" members "}}"

static const struct {
	const char *text, *engine, *name;
	uint64_t bounding;
	enum capgate_rule rule; /* of a note that is there; NONE: not asked */
} manifests[] = {
	{SERVICE("\"cap_add\":null"), "compose", "web", DEFAULT, CAPGATE_RULE_HOST_ROOT},
	{SERVICE("\"cap_add\":[\"SYS_ADMIN\"],\"cap_drop\":[\"NET_RAW\"]"), "compose", "web",
	 (DEFAULT & ~NET_RAW) | 1ull << CAPGATE_CAP_SYS_ADMIN, CAPGATE_RULE_NONE},
	{SERVICE("\"cap_drop\":[\"ALL\"],\"cap_add\":[\"CAP_KILL\"]"), "compose", "web",
	 1ull << CAPGATE_CAP_KILL, CAPGATE_RULE_NONE},
	{SERVICE("\"cap_drop\":[\"NET_RAW\"],\"cap_add\":[\"NET_RAW\"]"), "compose", "web", DEFAULT,
	 CAPGATE_RULE_NONE},
	{SERVICE("\"privileged\":true"), "compose", "web", ALL, CAPGATE_RULE_NO_SECCOMP},
	{SERVICE("\"network_mode\":\"host\""), "compose", "web", DEFAULT,
	 CAPGATE_RULE_HOST_NAMESPACE},
	{SERVICE("\"pid\":\"host\""), "compose", "web", DEFAULT, CAPGATE_RULE_HOST_NAMESPACE},
	{SERVICE("\"ipc\":\"host\""), "compose", "web", DEFAULT, CAPGATE_RULE_HOST_NAMESPACE},
	{SERVICE("\"container_name\":\"front\""), "compose", "web", DEFAULT, CAPGATE_RULE_NONE},
	{SERVICE("\"security_opt\":[\"seccomp=unconfined\"]"), "compose", "web", DEFAULT,
	 CAPGATE_RULE_NO_SECCOMP},
	{SERVICE("\"volumes\":[{\"type\":\"bind\",\"source\":\"/etc\",\"target\":\"/e\"}]"),
	 "compose", "web", DEFAULT, CAPGATE_RULE_HOST_MOUNT},
	{POD("", ""), "kubernetes", "shop/web", DEFAULT, CAPGATE_RULE_NO_SECCOMP},
	{POD(CAPS("\"drop\":[\"NET_RAW\"]"), ""), "kubernetes", "shop/web", DEFAULT & ~NET_RAW,
	 CAPGATE_RULE_NONE},
	{POD(CAPS("\"drop\":[\"CAP_NET_RAW\"]"), ""), "kubernetes", "shop/web", DEFAULT,
	 CAPGATE_RULE_NET_RAW},
	{POD(CAPS("\"drop\":[\"ALL\"],\"add\":[\"KILL\"]"), ""), "kubernetes", "shop/web",
	 1ull << CAPGATE_CAP_KILL, CAPGATE_RULE_NONE},
	{POD(CAPS("\"add\":[\"ALL\"],\"drop\":[\"NET_RAW\"]"), ""), "kubernetes", "shop/web",
	 ALL & ~NET_RAW, CAPGATE_RULE_NONE},
	{POD(CAPS("\"add\":[\"NET_RAW\"],\"drop\":[\"NET_RAW\"]"), ""), "kubernetes", "shop/web",
	 DEFAULT & ~NET_RAW, CAPGATE_RULE_NONE},
	{POD(",\"securityContext\":{\"privileged\":true}", ""), "kubernetes", "shop/web", ALL,
	 CAPGATE_RULE_NO_SECCOMP},
	{POD("", ",\"hostNetwork\":true"), "kubernetes", "shop/web", DEFAULT,
	 CAPGATE_RULE_HOST_NAMESPACE},
	{POD("", ",\"hostPID\":true"), "kubernetes", "shop/web", DEFAULT,
	 CAPGATE_RULE_HOST_NAMESPACE},
	{POD("", ",\"hostIPC\":true"), "kubernetes", "shop/web", DEFAULT,
	 CAPGATE_RULE_HOST_NAMESPACE},
	{POD("", ",\"hostUsers\":false"), "kubernetes", "shop/web", DEFAULT,
	 CAPGATE_RULE_OWN_USERNS},
	{POD(",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/x\"}]",
	     ",\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/etc\"}}]"),
	 "kubernetes", "shop/web", DEFAULT, CAPGATE_RULE_HOST_MOUNT},
	{"{\"kind\":\"List\",\"items\":[{\"kind\":\"Service\",\"spec\":{}}," POD("", "") "]}",
	 "kubernetes", "shop/web", DEFAULT, CAPGATE_RULE_NONE},
	{"{\"kind\":\"List\",\"items\":[{\"kind\":\"Note\",\"spec\":\"x\"}," POD("", "") "]}",
	 "kubernetes", "shop/web", DEFAULT, CAPGATE_RULE_NONE},
	{"{\"kind\":\"CronJob\",\"metadata\":{\"name\":\"c\"},\"spec\":{\"jobTemplate\":{\"spec\":{"
	 "\"template\":{\"spec\":{\"initContainers\":[{\"name\":\"i\"}]}}}}}}",
	 "kubernetes", "c/i", DEFAULT, CAPGATE_RULE_NONE},
};

START_TEST(manifests_are_resolved_as_who_runs_them_does)
{
	struct capgate_text t = capgate_text_of(manifests[_i].text);
	bool there = manifests[_i].rule == CAPGATE_RULE_NONE;
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	core_init(&c, t.len);
	ck_assert_msg(capgate_inspect_parse(t, &c.arena, &v, &n, &c.err) == 0, "%s", c.err.msg);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(v->engine, manifests[_i].engine);
	ck_assert(capgate_text_is(v->name, manifests[_i].name));
	ck_assert(v->resolved);
	core_judge(&c, v->config, CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s", c.report.error.msg);
	ck_assert_uint_eq(c.report.asked[CAPGATE_BOUNDING].bits, manifests[_i].bounding);
	for (size_t i = 0; i < c.report.n_findings; i++)
		there |= c.report.findings[i].rule == manifests[_i].rule;
	ck_assert(there);
	core_release(&c);
}
END_TEST

static const char *const read_only[] = {
	SERVICE("\"volumes\":[{\"type\":\"bind\",\"source\":\"/etc\",\"target\":\"/"
		"e\",\"read_only\":true}]"),
	POD(",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/x\",\"readOnly\":true}]",
	    ",\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/etc\"}}]"),
};

START_TEST(a_read_only_mount_of_a_manifest_is_no_writable_one)
{
	struct capgate_text t = capgate_text_of(read_only[_i]);
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	core_init(&c, t.len);
	ck_assert_int_eq(capgate_inspect_parse(t, &c.arena, &v, &n, &c.err), 0);
	core_judge(&c, v->config, CAPGATE_CONFIG);
	ck_assert(c.report.parsed);
	for (size_t i = 0; i < c.report.n_findings; i++)
		ck_assert_int_ne(c.report.findings[i].rule, CAPGATE_RULE_HOST_MOUNT);
	core_release(&c);
}
END_TEST

START_TEST(what_stands_behind_the_containers_of_a_pod_counts_for_each)
{
	struct capgate_text t = capgate_text_of(
		"{\"spec\":{\"containers\":[{\"name\":\"a\",\"securityContext\":{\"runAsUser\":5,"
		"\"seccompProfile\":{\"type\":\"Unconfined\"}}},{\"name\":\"b\","
		"\"securityContext\":{\"allowPrivilegeEscalation\":false}}],\"securityContext\":{"
		"\"runAsUser\":7,\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}}}");
	static const uint32_t uids[] = {5, 7};
	struct capgate_inspected *v;
	struct core c;
	size_t n;

	core_init(&c, t.len);
	ck_assert_int_eq(capgate_inspect_parse(t, &c.arena, &v, &n, &c.err), 0);
	ck_assert_uint_eq(n, 2);
	for (size_t i = 0; i < n; i++) {
		core_judge(&c, v[i].config, CAPGATE_CONFIG);
		ck_assert_uint_eq(c.spec.uid, uids[i]);
		ck_assert_int_eq(c.spec.no_new_privs, i == 1);
		ck_assert_int_eq(c.spec.seccomp.presence == CAPGATE_PRESENT, i == 1);
	}
	core_release(&c);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("inspect");
	TCase *t = tcase_create("inspect");

	tcase_add_loop_test(t, sets_are_resolved_as_the_engine_does, 0, N(rows));
	tcase_add_test(t, a_name_that_is_none_is_kept_to_be_refused);
	tcase_add_loop_test(t, context_is_told_too, 0, N(contexts));
	tcase_add_loop_test(t, what_is_of_no_known_kind_is_not_judged, 0, N(unknown));
	tcase_add_loop_test(t, what_is_no_inspect_output_is_an_error, 0, N(refused));
	tcase_add_loop_test(t, what_lacks_the_information_is_named_and_not_judged, 0, N(named));
	tcase_add_test(t, every_container_is_there_with_its_own);
	tcase_add_test(t, memory_that_runs_out_is_an_error);
	tcase_add_test(t, an_entry_that_is_no_container_is_kept_beside_those_that_are);
	tcase_add_loop_test(t, manifests_are_resolved_as_who_runs_them_does, 0,
			    sizeof(manifests) / sizeof(manifests[0]));
	tcase_add_loop_test(t, a_read_only_mount_of_a_manifest_is_no_writable_one, 0,
			    sizeof(read_only) / sizeof(read_only[0]));
	tcase_add_test(t, what_stands_behind_the_containers_of_a_pod_counts_for_each);
	suite_add_tcase(s, t);
	return s;
}
