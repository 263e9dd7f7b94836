/* SPDX-License-Identifier: Apache-2.0 */
/* Ports below 1024 as hints: when NET_BIND_SERVICE is removed and nothing takes its place. */
#include "unit.h"

#include "core.h"

#define OWN_NETWORK \
	"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}]," \
	"\"linux\":{\"namespaces\":[{\"type\":\"network\"},{\"type\":\"mount\"}]%s}"

static const struct {
	const char *env, *annotations, *sysctl;
	bool substitute, denied, hint;
} hints[] = {
	{"PORT=80", "", "", false, true, true},
	{"PORT=80", "", "", true, true, false},   /* the sysctl takes its place */
	{"PORT=80", "", "", false, false, false}, /* it is not removed */
	{"HTTP_PORT=443", "", "", false, true, true},
	{"http-port=1023", "", "", false, true, true},
	{"PORT=1024", "", "", false, true, false},
	{"PORT=0", "", "", false, true, false}, /* any free one */
	{"PORT=", "", "", false, true, false},
	{"PORT=80x", "", "", false, true, false},
	{"PORT", "", "", false, true, false},
	{"SUPPORT=80", "", "", false, true, false},
	{"=80", "", "", false, true, false},
	{"A=PORT=80", "", "", false, true, false},
	{"", "\"example.com/port\":\"80\"", "", false, true, true},
	{"", "\"example.com/Port\":80", "", false, true, false}, /* no string, no annotation */
	{"", "\"example.com/report\":\"80\"", "", false, true, false},
	{"PORT=80", "", ",\"sysctl\":{\"net.ipv4.ip_unprivileged_port_start\":\"80\"}", false, true,
	 false},
	{"PORT=80", "", ",\"sysctl\":{\"net/ipv4/ip_unprivileged_port_start\":\"81\"}", false, true,
	 true},
};

START_TEST(a_low_port_is_a_hint_when_nothing_lets_it_be_bound)
{
	char linux_[400], config[1200];
	bool there = false;
	struct core c;
	int n;

	snprintf(linux_, sizeof(linux_), OWN_NETWORK, hints[_i].sysctl);
	n = snprintf(config, sizeof(config),
		     "{\"process\":{\"env\":[\"%s\"],\"capabilities\":{\"bounding\":[\"CAP_NET_"
		     "BIND_SERVICE\"]}},\"annotations\":{%s},%s}",
		     hints[_i].env, hints[_i].annotations, linux_);
	core_init(&c, (size_t)n);
	if (hints[_i].denied)
		c.policy.allowed = capgate_set_minus(c.policy.allowed,
						     capgate_set_of(CAPGATE_CAP_NET_BIND_SERVICE));
	c.policy.substitute_sysctls = hints[_i].substitute;
	c.policy.scene.settable = capgate_set_all();
	core_judge(&c, (struct capgate_text){config, (size_t)n}, CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s", c.report.error.msg);
	ck_assert_int_eq(c.report.verdict, hints[_i].denied ? CAPGATE_STRIP : CAPGATE_PASS);
	for (size_t i = 0; i < c.report.n_findings; i++) {
		char path[64];
		struct capgate_out out = {path, sizeof(path), 0};

		if (c.report.findings[i].rule != CAPGATE_RULE_LOW_PORT_HINT)
			continue;
		there = true;
		capgate_finding_path(&c.report.findings[i], &c.spec, &out);
		ck_assert(
			capgate_text_is((struct capgate_text){path, out.len},
					hints[_i].annotations[0] ? "annotations" : "process.env"));
	}
	ck_assert_int_eq(there, hints[_i].hint);
	core_release(&c);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("lowport");
	TCase *t = tcase_create("lowport");

	tcase_add_loop_test(t, a_low_port_is_a_hint_when_nothing_lets_it_be_bound, 0,
			    sizeof(hints) / sizeof(hints[0]));
	suite_add_tcase(s, t);
	return s;
}
