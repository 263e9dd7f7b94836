/* SPDX-License-Identifier: Apache-2.0 */
/* The writers of reports, and the ways in which they quote. */
#include "unit.h"

#include "core.h"

static char text[4096], shown[32768];

typedef void writer(const struct capgate_report *, const struct capgate_spec *,
		    const struct capgate_policy *, const struct capgate_subject *,
		    struct capgate_out *);

/* What a writer makes of a configuration whose process has these members. */
static const char *written(writer *write, const char *process, const char *name)
{
	struct capgate_out out = {shown, sizeof(shown) - 1, 0};
	struct capgate_text t = core_config(text, sizeof(text), process);
	const struct capgate_subject subject = {capgate_text_of(name), t, {0}};
	struct core c;

	core_init(&c, t.len);
	core_judge(&c, t, CAPGATE_CONFIG);
	write(&c.report, &c.spec, &c.policy, &subject, &out);
	ck_assert_uint_le(out.len, out.size);
	shown[out.len] = '\0';
	core_release(&c);
	return shown;
}

#define has(haystack, needle) \
	ck_assert_msg(strstr((haystack), (needle)) != NULL, "no '%s' in: %s", needle, haystack)
#define has_not(haystack, needle) \
	ck_assert_msg(strstr((haystack), (needle)) == NULL, "'%s' in: %s", needle, haystack)

#define TWO_SETS "\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"],\"permitted\":[\"CAP_NET_RAW\"]}"

START_TEST(github_tells_one_matter_once_with_its_sets)
{
	const char *s = written(capgate_report_github, TWO_SETS, "a.json"),
		   *first = strstr(s, "title=CPG101");

	has(s, "::error file=a.json,line=1,col=");
	has(s, "(bounding, permitted)");
	ck_assert_ptr_null(strstr(first + 1, "title=CPG101"));
}
END_TEST

START_TEST(github_properties_and_messages_cannot_be_forged)
{
	const char *s = written(capgate_report_github, TWO_SETS, "a,line=9:b%\n::error::x");

	has(s, "file=a%2Cline=9%3Ab%25\\x0a%3A%3Aerror%3A%3Ax,line=1");
	has_not(s, "\n::error::");
}
END_TEST

START_TEST(junit_has_a_case_each_rule_about_capabilities)
{
	const char *s = written(capgate_report_junit, TWO_SETS, "a.json");

	has(s, "tests=\"7\" failures=\"1\" errors=\"0\"");
	has(s, "<failure type=\"CPG101\"");
	has(s, "<testcase name=\"CPG105 odd-element\" classname=\"a.json\" time=\"0\"/>");
}
END_TEST

START_TEST(junit_calls_what_cannot_be_parsed_an_error)
{
	const char *s = written(capgate_report_junit, "\"capabilities\":7", "a.json");

	has(s, "tests=\"1\" failures=\"0\" errors=\"1\"");
	has(s, "<error type=\"CPG304\"");
}
END_TEST

START_TEST(junit_escapes_markup_in_names)
{
	const char *s = written(capgate_report_junit, TWO_SETS, "<a&\"'\x01\xff>");

	has(s, "<testsuite name=\"&lt;a&amp;&quot;&#39;\\x01\\xff&gt;\"");
}
END_TEST

START_TEST(sarif_says_where_in_bytes_and_code_points)
{
	/* A two-byte character before the entry: columns count it as one. */
	const char *s =
		written(capgate_report_sarif, "\"cwd\":\"/\xc3\xa4\"," TWO_SETS, "a b.json");
	size_t at = (size_t)(strstr(text, "\"CAP_NET_RAW\"") - text);
	char expected[160];

	snprintf(expected, sizeof(expected),
		 "\"startLine\":1,\"startColumn\":%zu,\"endLine\":1,\"endColumn\":%zu,"
		 "\"byteOffset\":%zu,\"byteLength\":13}",
		 at, at + 13, at);
	has(s, expected);
	has(s, "\"uri\":\"a%20b.json\"");
	has(s, "\"fullyQualifiedName\":\"process.capabilities.bounding[0]\"");
}
END_TEST

START_TEST(sarif_names_an_absolute_file_by_uri)
{
	has(written(capgate_report_sarif, TWO_SETS, "/x/%y\xff"), "\"uri\":\"file:///x/%25y%FF\"");
	has(written(capgate_report_sarif, TWO_SETS, "-"), "\"uri\":\"stdin\"");
}
END_TEST

START_TEST(sarif_rule_indexes_lead_to_the_rule_of_that_id)
{
	struct capgate_out out = {shown, sizeof(shown) - 1, 0};
	const char *at = shown;

	capgate_report_sarif_tool("1.2.3", &out);
	ck_assert_uint_le(out.len, out.size);
	shown[out.len] = '\0';
	for (int r = 0; r < CAPGATE_NRULES; r++) {
		at = strstr(at, "{\"id\":\"");
		ck_assert_ptr_nonnull(at);
		ck_assert_int_eq(memcmp(at + 7, capgate_rule_info((enum capgate_rule)r)->id, 6), 0);
		at++;
	}
	ck_assert_ptr_null(strstr(at, "{\"id\":\""));
	has(shown, "external/cwe/cwe-250");
	has(shown, "\"semanticVersion\":\"1.2.3\"");
}
END_TEST

#define ODD(entry) "\"capabilities\":{\"bounding\":[" entry "]}"

static const struct {
	const char *entry, *readings;
} odd[] = {
	{ODD("\"cap_net_raw\""), "{\"runc\":\"ignored\",\"crun\":\"CAP_NET_RAW\",\"crun-1.28\":"
				 "\"CAP_NET_RAW\",\"youki\":\"CAP_NET_RAW\"}"},
	{ODD("\"net_raw\""), "{\"runc\":\"ignored\",\"crun\":\"ignored\",\"crun-1.28\":\"ignored\","
			     "\"youki\":\"CAP_NET_RAW\"}"},
	{ODD("\"13\""), "{\"runc\":\"ignored\",\"crun\":\"CAP_NET_RAW\",\"crun-1.28\":\"CAP_NET_"
			"RAW\",\"youki\":\"error\"}"},
	{ODD("\"\\u0031\\u0033\""), "{\"runc\":\"ignored\",\"crun\":\"CAP_NET_RAW\",\"crun-1.28\":"
				    "\"CAP_NET_RAW\",\"youki\":\"error\"}"},
	{ODD("\"45\""), "{\"runc\":\"ignored\",\"crun\":\"capability "
			"45\",\"crun-1.28\":\"capability 45\",\"youki\":\"error\"}"},
	{ODD("\"CAP_FUTURE\""), "{\"runc\":\"ignored\",\"crun\":\"ignored\",\"crun-1.28\":"
				"\"ignored\",\"youki\":\"error\"}"},
	{ODD("13"), "{\"runc\":\"error\",\"crun\":\"ignored\",\"crun-1.28\":\"CAP_NET_RAW\","
		    "\"youki\":\"error\"}"},
	{ODD("-0"), "{\"runc\":\"error\",\"crun\":\"ignored\",\"crun-1.28\":\"CAP_CHOWN\","
		    "\"youki\":\"error\"}"},
	{ODD("null"),
	 "{\"runc\":\"error\",\"crun\":\"ignored\",\"crun-1.28\":\"error\",\"youki\":\"error\"}"},
	{ODD("[\"CAP_NET_RAW\"]"),
	 "{\"runc\":\"error\",\"crun\":\"ignored\",\"crun-1.28\":\"ignored\",\"youki\":\"error\"}"},
};

START_TEST(odd_entries_are_told_as_each_runtime_reads_them)
{
	const char *s = written(capgate_report_json, odd[_i].entry, "a.json");

	has(s, "\"readings\":");
	has(s, odd[_i].readings);
}
END_TEST

#define OWN_MOUNTS "\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]},"

/* Notes: a row a context. */
static const struct {
	const char *config, *rule;
	bool there;
} contexts[] = {
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"linux\":{\"namespaces\":[{\"type\":\"user\"}]}}",
	 "CPG410", true},
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]}}",
	 "CPG410", false},
	{"{" OWN_MOUNTS "\"process\":{\"capabilities\":{}},\"mounts\":[" PROC
	 ",{\"destination\":\"/h\",\"source\":\"/etc/"
	 "\",\"options\":[\"rbind\"]}]}",
	 "CPG411", true},
	{"{" OWN_MOUNTS "\"process\":{\"capabilities\":{}},\"mounts\":[" PROC
	 ",{\"destination\":\"/h\",\"source\":\"/"
	 "\",\"type\":\"bind\"}]}",
	 "CPG411", true},
	{"{" OWN_MOUNTS "\"process\":{\"capabilities\":{}},\"mounts\":[" PROC
	 ",{\"destination\":\"/s\",\"source\":\"/run/"
	 "docker.sock\",\"type\":\"bind\"}]}",
	 "CPG411", true},
	{"{" OWN_MOUNTS "\"process\":{\"capabilities\":{}},\"mounts\":[" PROC
	 ",{\"destination\":\"/h\",\"source\":\"/"
	 "etc\",\"options\":[\"rbind\",\"ro\"]}]}",
	 "CPG411", false},
	{"{" OWN_MOUNTS "\"process\":{\"capabilities\":{}},\"mounts\":[" PROC
	 ",{\"destination\":\"/h\",\"source\":\"/"
	 "etcetera\",\"options\":[\"bind\"]}]}",
	 "CPG411", false},
	{"{" OWN_MOUNTS "\"process\":{\"capabilities\":{}},\"mounts\":[" PROC
	 ",{\"destination\":\"/h\",\"source\":\"/var/"
	 "lib/x\",\"options\":[\"bind\"]}]}",
	 "CPG411", false},
	{"{" OWN_MOUNTS "\"process\":{\"capabilities\":{}},\"mounts\":[" PROC
	 ",{\"destination\":\"/dev\",\"source\":\"/"
	 "dev\",\"type\":\"tmpfs\"}]}",
	 "CPG411", false},
	{"{" MOUNTS
	 ",\"process\":{\"user\":{\"uid\":7},\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}}",
	 "CPG412", true},
	{"{" MOUNTS ",\"process\":{\"user\":{\"uid\":7},\"noNewPrivileges\":true,\"capabilities\":{"
	 "\"bounding\":[\"CAP_KILL\"]}}}",
	 "CPG412", false},
	{"{" MOUNTS
	 ",\"process\":{\"user\":{\"uid\":0},\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}}",
	 "CPG412", false},
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"annotations\":{\"run.oci.handler\":\"krun\"}}",
	 "CPG402", true},
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"annotations\":{\"run.oci.seccomp_fail_unknown_"
	 "syscall\":\"1\"}}",
	 "CPG402", false},
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"hooks\":{\"prestart\":[{\"path\":\"/proc/12/exe\","
	 "\"args\":[\"libnetwork-setkey\",\"x\"]}]}}",
	 "CPG401", false}, /* Docker's own */
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"hooks\":{\"poststop\":[{\"path\":\"/proc/12/exe\","
	 "\"args\":[\"libnetwork-setkey\",\"x\"]}]}}",
	 "CPG401", true},
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"hooks\":{\"prestart\":[{\"path\":\"/proc/1x/exe\","
	 "\"args\":[\"libnetwork-setkey\",\"x\"]}]}}",
	 "CPG401", true},
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"hooks\":{\"prestart\":[{\"path\":\"/usr/bin/hook\","
	 "\"args\":[\"libnetwork-setkey\",\"x\"]}]}}",
	 "CPG401", true},
	{"{" MOUNTS ",\"process\":{\"capabilities\":{}}}", "CPG413", true},
	{"{" MOUNTS ",\"process\":{\"user\":{\"uid\":7},\"capabilities\":{}}}", "CPG413", false},
	{"{" MOUNTS
	 ",\"process\":{\"capabilities\":{}},\"linux\":{\"namespaces\":[{\"type\":\"user\"}]}}",
	 "CPG413", false},
};

START_TEST(context_is_noted_and_never_decides)
{
	struct capgate_text t = capgate_text_of(contexts[_i].config);
	enum capgate_rule rule = capgate_rule_find(capgate_text_of(contexts[_i].rule));
	bool there = false;
	struct core c;

	core_init(&c, t.len);
	core_judge(&c, t, CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s", c.report.error.msg);
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	for (size_t i = 0; i < c.report.n_findings; i++)
		there |= c.report.findings[i].rule == rule;
	ck_assert_int_eq(there, contexts[_i].there);
	core_release(&c);
}
END_TEST

START_TEST(severity_is_the_gravest_of_the_findings)
{
	struct capgate_text t = core_config(text, sizeof(text), TWO_SETS);
	struct core c;

	core_init(&c, t.len);
	core_judge(&c, t, CAPGATE_CONFIG);
	ck_assert_int_eq(capgate_report_severity(&c.report), CAPGATE_SEVERITY_HIGH);
	c.report.n_findings = 0;
	ck_assert_int_eq(capgate_report_severity(&c.report), -1);
	core_release(&c);
	/* What cannot be read has the severity of why. */
	t = core_config(text, sizeof(text), "\"capabilities\":7");
	core_init(&c, t.len);
	core_judge(&c, t, CAPGATE_CONFIG);
	ck_assert(!c.report.parsed);
	ck_assert_int_eq(capgate_report_severity(&c.report),
			 capgate_rule_info(CAPGATE_RULE_WRONG_TYPE)->severity);
	core_release(&c);
}
END_TEST

#define LINUX(process, namespaces, more) \
	"{" MOUNTS ",\"process\":{" process "},\"linux\":{\"cgroupsPath\":\"/" \
	"a\\\"b\",\"namespaces\":[{\"type\":\"network\"}" namespaces "]" more "}}"
#define FIVE_MORE \
	"\"CAP_BPF\",\"CAP_PERFMON\",\"CAP_SYS_BOOT\",\"CAP_SYS_TIME\",\"CAP_SYSLOG\",\"CAP_" \
	"KILL\",\"CAP_CHOWN\""

#define ASKS \
	LINUX("\"capabilities\":{}", "", \
	      ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[" \
	      "\"read\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}")
#define FORGED \
	LINUX("\"capabilities\":{}", ",{\"type\":\"mount\"}", ",\"maskedPaths\":[\"/proc/sys\"]")

/* NULL: it is no way out of this one. */
static const struct {
	const char *config;
	enum capgate_remedy remedy;
	const char *text;
} remedies[] = {
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_DOCKER_RUN, "docker run --cap-drop=NET_RAW ..."},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_DOCKER_SERVICE,
	 "docker service create --cap-drop=NET_RAW ..."},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_PODMAN_RUN, "podman run --cap-drop=NET_RAW ..."},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_COMPOSE, "cap_drop: [\"NET_RAW\"]"},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_KUBERNETES,
	 "securityContext: {capabilities: {drop: [\"NET_RAW\"]}}"},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_PING_SYSCTL,
	 "--sysctl='net.ipv4.ping_group_range=0 2147483647'"},
	{LINUX(TWO_SETS, ",{\"type\":\"user\"}",
	       ",\"gidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":1},{\"containerID\":"
	       "1,\"hostID\":9,\"size\":65535}]"),
	 CAPGATE_REMEDY_PING_SYSCTL, "--sysctl='net.ipv4.ping_group_range=0 65535'"},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_PORT_SYSCTL, NULL},
	{"{" MOUNTS ",\"process\":{" TWO_SETS "}}", CAPGATE_REMEDY_PING_SYSCTL, NULL},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_EXEMPTION,
	 "{\"id\": \"EX-1\", \"match\": {\"cgroup\": \"/a\\\"b\"}, \"allow\": [\"NET_RAW\"], "
	 "\"reason\": \"...\", \"owner\": \"...\", \"expires\": \"2027-02-28\"}"},
	{LINUX(ODD(FIVE_MORE), "", ""), CAPGATE_REMEDY_DOCKER_RUN,
	 "docker run --cap-drop=all --cap-add=CHOWN --cap-add=KILL ...  # without --privileged and "
	 "every other --cap-add"},
	{LINUX(ODD(FIVE_MORE), "", ""), CAPGATE_REMEDY_COMPOSE,
	 "cap_drop: [\"ALL\"]\ncap_add: [\"CHOWN\", \"KILL\"]  # without privileged and every "
	 "other cap_add: ..."},
	{LINUX(ODD(FIVE_MORE), "", ""), CAPGATE_REMEDY_KUBERNETES,
	 "securityContext: {capabilities: {drop: [\"ALL\"], add: [\"CHOWN\", \"KILL\"]}}  # "
	 "without privileged and every other add: ..."},
	{LINUX("\"args\":[]", "", ""), CAPGATE_REMEDY_DOCKER_RUN,
	 "docker run --cap-drop=all ...  # without --privileged and every other --cap-add"},
	{LINUX("\"args\":[]", "", ""), CAPGATE_REMEDY_EXEMPTION, NULL},
	{LINUX("\"capabilities\":{}", "", ""), CAPGATE_REMEDY_DOCKER_RUN, NULL},
	/* What was added cannot be dropped: Docker lets what is added win. */
	{LINUX(ODD("\"CAP_NET_RAW\",\"CAP_BPF\""), "", ""), CAPGATE_REMEDY_DOCKER_RUN,
	 "docker run --cap-drop=NET_RAW ...  # without --cap-add=BPF"},
	{LINUX(ODD("\"CAP_NET_RAW\",\"CAP_BPF\""), "", ""), CAPGATE_REMEDY_COMPOSE,
	 "cap_drop: [\"NET_RAW\"]  # without cap_add: [\"BPF\"]"},
	{LINUX(ODD("\"CAP_BPF\""), "", ""), CAPGATE_REMEDY_DOCKER_RUN,
	 "docker run ...  # without --cap-add=BPF"},
	{LINUX(ODD("\"CAP_BPF\""), "", ""), CAPGATE_REMEDY_KUBERNETES, "# without add: [\"BPF\"]"},
	{"{" MOUNTS ",\"process\":7}", CAPGATE_REMEDY_DOCKER_RUN, NULL},
	/* What is about no capability. */
	{ASKS, CAPGATE_REMEDY_DOCKER_RUN, "docker run ...  # without --security-opt seccomp=FILE"},
	{ASKS, CAPGATE_REMEDY_COMPOSE, "# without seccomp=FILE in security_opt"},
	{ASKS, CAPGATE_REMEDY_KUBERNETES,
	 "securityContext: {seccompProfile: {type: RuntimeDefault}}"},
	{ASKS, CAPGATE_REMEDY_QUADLET, "# without SeccompProfile=FILE"},
	{ASKS, CAPGATE_REMEDY_ECS, NULL},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_CRI,
	 "\"linux\": {\"security_context\": {\"capabilities\": {\"drop_capabilities\": "
	 "[\"NET_RAW\"]}}}"},
	{LINUX(ODD("\"CAP_BPF\""), "", ""), CAPGATE_REMEDY_CRI,
	 "# without, in add_capabilities, [\"BPF\"]"},
	{ASKS, CAPGATE_REMEDY_HOST_SYSCTL, NULL},
	{ASKS, CAPGATE_REMEDY_EXEMPTION,
	 "{\"id\": \"EX-1\", \"match\": {\"cgroup\": \"/a\\\"b\"}, \"seccomp\": "
	 "[\"SCMP_ACT_NOTIFY\", \"SCMP_ACT_TRACE\"], \"reason\": \"...\", \"owner\": \"...\", "
	 "\"expires\": \"2027-02-28\"}"},
	{FORGED, CAPGATE_REMEDY_PODMAN_RUN,
	 "podman run ...  # without -v and --mount on /, /proc and /proc/sys"},
	{FORGED, CAPGATE_REMEDY_KUBERNETES, "# without volumeMounts at /, /proc and /proc/sys"},
	{FORGED, CAPGATE_REMEDY_EXEMPTION,
	 "{\"id\": \"EX-1\", \"match\": {\"cgroup\": \"/a\\\"b\"}, \"allow\": [\"ALL\"], "
	 "\"reason\": \"...\", \"owner\": \"...\", \"expires\": \"2027-02-28\"}"},
};

/* With "user_namespaces": "deny". */
static const struct {
	const char *config;
	enum capgate_remedy remedy;
	const char *text;
} closed[] = {
	{LINUX("\"capabilities\":{}", "", ""), CAPGATE_REMEDY_PODMAN_RUN,
	 "podman run --security-opt seccomp=/etc/containers/seccomp.json ...  # without "
	 "--privileged; capgate-policy(5) has the command that makes this file"},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_PODMAN_RUN,
	 "podman run --cap-drop=NET_RAW --security-opt seccomp=/etc/containers/seccomp.json ...  # "
	 "without --privileged; capgate-policy(5) has the command that makes this file"},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_KUBERNETES,
	 "securityContext: {capabilities: {drop: [\"NET_RAW\"]}, seccompProfile: {type: "
	 "RuntimeDefault}}\n# without privileged; containerd's default profile denies it, CRI-O's "
	 "does not"},
	{LINUX("\"capabilities\":{}", "", ""), CAPGATE_REMEDY_HOST_SYSCTL,
	 "sysctl -w user.max_user_namespaces=0"},
	{LINUX(TWO_SETS, "", ""), CAPGATE_REMEDY_EXEMPTION,
	 "{\"id\": \"EX-1\", \"match\": {\"cgroup\": \"/a\\\"b\"}, \"allow\": [\"NET_RAW\"], "
	 "\"user_namespaces\": \"allow\", \"reason\": \"...\", \"owner\": \"...\", \"expires\": "
	 "\"2027-02-28\"}"},
};

static void must_remedy(const char *config, enum capgate_user_namespaces namespaces,
			enum capgate_remedy remedy, const char *wanted)
{
	struct capgate_text t = capgate_text_of(config);
	struct capgate_out out = {shown, sizeof(shown) - 1, 0};
	struct core c;
	bool is;

	core_init(&c, t.len);
	c.policy.scene.now = 1795996800; /* 30 November 2026 */
	c.policy.user_namespaces = namespaces;
	core_judge(&c, t, CAPGATE_CONFIG);
	is = capgate_remedy_write(remedy, &c.report, &c.spec, &c.policy, &out);
	ck_assert_int_eq(is, wanted != NULL);
	shown[out.len] = '\0';
	ck_assert_str_eq(shown, is ? wanted : "");
	core_release(&c);
}

START_TEST(remedies_are_commands_that_do_what_the_rewrite_does)
{
	must_remedy(remedies[_i].config, CAPGATE_USERNS_AUDIT, remedies[_i].remedy,
		    remedies[_i].text);
}
END_TEST

/* The sysctls that replace NET_RAW and NET_BIND_SERVICE, in the language of a document. */
static const struct {
	enum capgate_dialect dialect;
	const char *ping, *port;
} sysctls[] = {
	{CAPGATE_DIALECT_ANY, "--sysctl='net.ipv4.ping_group_range=0 2147483647'",
	 "--sysctl=net.ipv4.ip_unprivileged_port_start=0"},
	{CAPGATE_DIALECT_COMPOSE, "sysctls: {net.ipv4.ping_group_range: \"0 2147483647\"}",
	 "sysctls: {net.ipv4.ip_unprivileged_port_start: \"0\"}"},
	{CAPGATE_DIALECT_KUBERNETES,
	 "securityContext: {sysctls: [{name: net.ipv4.ping_group_range, value: \"0 2147483647\"}]} "
	 " "
	 "# of the pod",
	 "securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: \"0\"}]}  "
	 "# "
	 "of the pod"},
	{CAPGATE_DIALECT_QUADLET, "Sysctl=\"net.ipv4.ping_group_range=0 2147483647\"",
	 "Sysctl=\"net.ipv4.ip_unprivileged_port_start=0\""},
	{CAPGATE_DIALECT_ECS,
	 "\"systemControls\": [{\"namespace\": \"net.ipv4.ping_group_range\", \"value\": \"0 "
	 "2147483647\"}]",
	 "\"systemControls\": [{\"namespace\": \"net.ipv4.ip_unprivileged_port_start\", \"value\": "
	 "\"0\"}]"},
	{CAPGATE_DIALECT_CRI,
	 "\"linux\": {\"sysctls\": {\"net.ipv4.ping_group_range\": \"0 2147483647\"}}  # of the "
	 "pod",
	 "\"linux\": {\"sysctls\": {\"net.ipv4.ip_unprivileged_port_start\": \"0\"}}  # of the "
	 "pod"},
	{CAPGATE_DIALECT_NOMAD, "sysctl = {\"net.ipv4.ping_group_range\" = \"0 2147483647\"}",
	 "sysctl = {\"net.ipv4.ip_unprivileged_port_start\" = \"0\"}"},
};

static void must_say(struct core *c, enum capgate_dialect dialect, enum capgate_remedy remedy,
		     const char *wanted)
{
	struct capgate_out out = {shown, sizeof(shown) - 1, 0};

	ck_assert(capgate_remedy_write_in(dialect, remedy, &c->report, &c->spec, &c->policy, &out));
	shown[out.len] = '\0';
	ck_assert_str_eq(shown, wanted);
}

START_TEST(a_sysctl_is_written_in_the_language_of_the_document)
{
	struct capgate_text t =
		capgate_text_of("{" MOUNTS ",\"process\":{\"capabilities\":{\"bounding\":[\"CAP_"
				"NET_RAW\",\"CAP_NET_BIND_SERVICE\"]}"
				"},\"linux\":{\"namespaces\":[{\"type\":\"network\"}]}}");
	struct core c;

	core_init(&c, t.len);
	c.policy.allowed = (capgate_set){0};
	core_judge(&c, t, CAPGATE_CONFIG);
	must_say(&c, sysctls[_i].dialect, CAPGATE_REMEDY_PING_SYSCTL, sysctls[_i].ping);
	must_say(&c, sysctls[_i].dialect, CAPGATE_REMEDY_PORT_SYSCTL, sysctls[_i].port);
	core_release(&c);
}
END_TEST

START_TEST(where_user_namespaces_are_denied_each_engine_has_its_profile)
{
	must_remedy(closed[_i].config, CAPGATE_USERNS_DENY, closed[_i].remedy, closed[_i].text);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("report");
	TCase *t = tcase_create("report");

	tcase_add_test(t, github_tells_one_matter_once_with_its_sets);
	tcase_add_test(t, github_properties_and_messages_cannot_be_forged);
	tcase_add_test(t, junit_has_a_case_each_rule_about_capabilities);
	tcase_add_test(t, junit_calls_what_cannot_be_parsed_an_error);
	tcase_add_test(t, junit_escapes_markup_in_names);
	tcase_add_test(t, sarif_says_where_in_bytes_and_code_points);
	tcase_add_test(t, sarif_names_an_absolute_file_by_uri);
	tcase_add_test(t, sarif_rule_indexes_lead_to_the_rule_of_that_id);
	tcase_add_loop_test(t, odd_entries_are_told_as_each_runtime_reads_them, 0,
			    sizeof(odd) / sizeof(odd[0]));
	tcase_add_loop_test(t, context_is_noted_and_never_decides, 0,
			    sizeof(contexts) / sizeof(contexts[0]));
	tcase_add_loop_test(t, remedies_are_commands_that_do_what_the_rewrite_does, 0,
			    sizeof(remedies) / sizeof(remedies[0]));
	tcase_add_loop_test(t, a_sysctl_is_written_in_the_language_of_the_document, 0,
			    sizeof(sysctls) / sizeof(sysctls[0]));
	tcase_add_loop_test(t, where_user_namespaces_are_denied_each_engine_has_its_profile, 0,
			    sizeof(closed) / sizeof(closed[0]));
	tcase_add_test(t, severity_is_the_gravest_of_the_findings);
	suite_add_tcase(s, t);
	return s;
}
