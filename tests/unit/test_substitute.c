/* SPDX-License-Identifier: Apache-2.0 */
/* Sysctls in the place of capabilities: every combination of what decides about
 * them, against a table of what each part says by itself. */
#include "unit.h"

#include "core.h"

/* The network namespace: what the specification says, what is known of it. */
static const struct {
	const char *namespace;
	enum capgate_network known;
	bool own;
} networks[] = {
	{"", CAPGATE_NETWORK_UNKNOWN, false},
	{"{\"type\":\"network\"}", CAPGATE_NETWORK_UNKNOWN, true},
	{"{\"type\":\"network\",\"path\":null}", CAPGATE_NETWORK_UNKNOWN, true},
	{"{\"type\":\"network\",\"path\":\"/n\"}", CAPGATE_NETWORK_OTHER, true},
	{"{\"type\":\"network\",\"path\":\"/n\"}", CAPGATE_NETWORK_HOST, false},
	{"{\"type\":\"network\",\"path\":\"/n\"}", CAPGATE_NETWORK_UNKNOWN, false},
	/* To runc the same as none; crun does not start. */
	{"{\"type\":\"network\",\"path\":\"\"}", CAPGATE_NETWORK_UNKNOWN, true},
};

#define MAP(from, size) "{\"containerID\":" #from ",\"hostID\":100000,\"size\":" #size "}"
#define USERS(maps) "{\"type\":\"user\"}", "\"gidMappings\":[" maps "],"

/* The user namespace, and the range that is valid there; NULL: none. */
static const struct {
	const char *namespace, *maps, *range;
} users[] = {
	{"", "", "0 2147483647"},
	/* Without the namespace runtimes do not use them. */
	{"", "\"gidMappings\":[" MAP(0, 5) "],", "0 2147483647"},
	{USERS(MAP(0, 1)), "0 0"},
	{USERS(MAP(0, 65536)), "0 65535"},
	{USERS(MAP(10, 10) "," MAP(0, 10) "," MAP(30, 5)), "0 19"},
	{USERS(MAP(20, 65536) "," MAP(0, 20)), "0 65555"},
	{USERS(MAP(0, 4294967295)), "0 2147483647"},
	{USERS(MAP(1, 65536)), NULL},
	{USERS(MAP(0, 0)), NULL},
	{USERS(""), NULL},
	{"{\"type\":\"user\",\"path\":\"/u\"}", "", NULL},
};

static const struct {
	const char *member;
	bool sets_ping, sets_port;
} sysctls[] = {
	{"", false, false},
	{",\"sysctl\":null", false, false},
	{",\"sysctl\": { }", false, false},
	{",\"sysctl\":{\"net.core.somaxconn\":\"1\"}", false, false},
	{",\"sysctl\":{\"net.ipv4.ping_group_range\":\"1 0\"}", true, false},
	{",\"sysctl\":{\"a\":\"b\",\"net/ipv4/ip_unprivileged_port_start\":\"1024\"}", false, true},
	{",\"sysctl\":{\"net/ipv4.ping_group_range\":\"\",\"net.ipv4/"
	 "ip_unprivileged_port_start\":\"9\"}",
	 true, true},
};

static const struct {
	const char *mounts;
	bool writable;
} procs[] = {
	{"{\"destination\":\"/proc\",\"type\":\"proc\",\"options\":[\"nosuid\"]}", true},
	{"{\"destination\":\"/proc\",\"type\":\"proc\",\"options\":[\"ro\"]}", false},
	{"{\"destination\":\"/proc\",\"type\":\"proc\"},{\"destination\":\"/proc/sys/"
	 "net\",\"type\":\"tmpfs\"}",
	 false},
};

static const capgate_set only_ping = {UINT64_C(1) << CAPGATE_CAP_NET_RAW};
static const capgate_set both = {UINT64_C(1) << CAPGATE_CAP_NET_RAW |
				 UINT64_C(1) << CAPGATE_CAP_NET_BIND_SERVICE};

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

struct combination {
	size_t network, user, sysctl, proc;
	capgate_set settable, removed;
};

static struct capgate_text write_spec(const struct combination *x, char *buf, size_t size)
{
	const char *network = networks[x->network].namespace, *user = users[x->user].namespace;
	int n = snprintf(buf, size,
			 "{\"linux\":{%s\"namespaces\":[{\"type\":\"mount\"}%s%s%s%s],"
			 "\"resources\":{\"a\":1e400}%s},\"mounts\":["
			 "%s],\"process\":{\"capabilities\":{\"bounding\":[\"CAP_KILL\"%s%s]}}}",
			 users[x->user].maps, *network ? "," : "", network, *user ? "," : "", user,
			 sysctls[x->sysctl].member, procs[x->proc].mounts,
			 capgate_set_has(x->removed, CAPGATE_CAP_NET_RAW) ? ",\"CAP_NET_RAW\"" : "",
			 capgate_set_has(x->removed, CAPGATE_CAP_NET_BIND_SERVICE)
				 ? ",\"CAP_NET_BIND_SERVICE\""
				 : "");

	ck_assert_int_lt(n, (int)size);
	return (struct capgate_text){buf, (size_t)n};
}

/* What has to be put in for that capability; NULL: nothing. */
static const char *wanted(const struct combination *x, int cap)
{
	bool ping = cap == CAPGATE_CAP_NET_RAW;
	bool set = ping ? sysctls[x->sysctl].sets_ping : sysctls[x->sysctl].sets_port;

	if (!capgate_set_has(x->removed, cap) || !capgate_set_has(x->settable, cap) || set ||
	    !networks[x->network].own || !procs[x->proc].writable)
		return NULL;
	/* A network namespace that another user namespace may own */
	if (networks[x->network].known == CAPGATE_NETWORK_OTHER && *users[x->user].namespace)
		return NULL;
	return ping ? users[x->user].range : "0";
}

static struct capgate_text value_of(const struct capgate_spec *spec, const char *key)
{
	for (size_t i = 0; i < spec->n_sysctl; i++)
		if (capgate_text_is(spec->sysctl[i].key, key))
			return spec->sysctl[i].value;
	return (struct capgate_text){0};
}

/* Rewrites; with and without substitutes the verdict is the same. */
static struct capgate_text rewritten(const struct combination *x, struct capgate_text in,
				     bool substitute, struct core *c)
{
	struct capgate_text out;

	core_init(c, in.len);
	c->policy.allowed = capgate_set_minus(c->policy.allowed, both);
	c->policy.substitute_sysctls = substitute;
	c->policy.scene = (struct capgate_scene){.gid_last = 4294967294u,
						 .network = networks[x->network].known,
						 .settable = x->settable};
	core_judge(c, in, CAPGATE_CONFIG);
	ck_assert_msg(c->report.verdict == CAPGATE_STRIP, "%.*s", (int)in.len, in.p);
	ck_assert_int_eq(
		capgate_rewrite(&c->spec, &c->report, &c->policy, &c->arena, &out, &c->err), 0);
	return out;
}

/* All that differs is one splice, in the place of nothing or of a null. */
static void check_splice(struct capgate_text without, struct capgate_text with)
{
	size_t head = 0, tail = 0;

	while (head < without.len && head < with.len && without.p[head] == with.p[head])
		head++;
	while (tail < without.len - head && tail < with.len - head &&
	       without.p[without.len - 1 - tail] == with.p[with.len - 1 - tail])
		tail++;
	ck_assert_msg(head + tail == without.len || (without.len - head - tail == 4 &&
						     memcmp(without.p + head, "null", 4) == 0),
		      "%.*s", (int)with.len, with.p);
}

static void check_combination(const struct combination *x)
{
	const char *ping = wanted(x, CAPGATE_CAP_NET_RAW),
		   *port = wanted(x, CAPGATE_CAP_NET_BIND_SERVICE);
	char buf[2048];
	struct capgate_text in = write_spec(x, buf, sizeof(buf)), plain, out, twice;
	struct core without, with;

	plain = rewritten(x, in, false, &without);
	out = rewritten(x, in, true, &with);
	ck_assert_msg(ping || port ? !capgate_text_equal(plain, out)
				   : capgate_text_equal(plain, out),
		      "%.*s", (int)out.len, out.p);
	check_splice(plain, out);
	core_judge(&with, out, CAPGATE_CONFIG);
	ck_assert_int_eq(with.report.verdict, CAPGATE_PASS);
	if (ping)
		ck_assert_msg(
			capgate_text_is(value_of(&with.spec, "net.ipv4.ping_group_range"), ping),
			"%.*s", (int)out.len, out.p);
	if (port)
		ck_assert(capgate_text_is(
			value_of(&with.spec, "net.ipv4.ip_unprivileged_port_start"), port));
	ck_assert_int_eq(capgate_rewrite(&with.spec, &with.report, &with.policy, &with.arena,
					 &twice, &with.err),
			 0);
	ck_assert(capgate_text_equal(out, twice));
	core_release(&without);
	core_release(&with);
}

START_TEST(every_combination)
{
	static const capgate_set settable[] = {
		{0}, {UINT64_C(1) << CAPGATE_CAP_NET_RAW}, {~UINT64_C(0)}};
	const capgate_set removed[] = {only_ping, capgate_set_minus(both, only_ping), both};
	struct combination x = {.network = (size_t)_i};

	for (x.user = 0; x.user < LEN(users); x.user++)
		for (x.sysctl = 0; x.sysctl < LEN(sysctls); x.sysctl++)
			for (x.proc = 0; x.proc < LEN(procs); x.proc++)
				for (size_t s = 0; s < LEN(settable); s++)
					for (size_t r = 0; r < LEN(removed); r++) {
						x.settable = settable[s];
						x.removed = removed[r];
						check_combination(&x);
					}
}
END_TEST

/* What runtimes take for the same key, and what they do not. */
static const struct {
	const char *key;
	bool same;
} keys[] = {
	{"net.ipv4.ping_group_range", true},
	{"net/ipv4/ping_group_range", true},
	{"net.ipv4/ping_group_range", true},
	{"net//ipv4/ping_group_range", true},
	{"net..ipv4.ping_group_range", true},
	{"net/./ipv4/ping_group_range", true},
	{"net.ipv4.ping_group_rang", false},
	{"net.ipv4.ping_group_range2", false},
	{"net.ipv6.ping_group_range", false},
	{"netXipv4Xping_group_range", false},
	{"", false},
	{"net", false},
	{"net.", false},
	{"NET.ipv4.ping_group_range", false},
};

START_TEST(the_same_key_in_other_words)
{
	char buf[512];
	int n = snprintf(buf, sizeof(buf),
			 "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}},"
			 "\"mounts\":[{\"destination\":\"/"
			 "proc\",\"type\":\"proc\"}],\"linux\":{\"namespaces\":[{\"type\":"
			 "\"network\"}],\"sysctl\":{\"%s\":\"1 2\"}}}",
			 keys[_i].key);
	struct core c;

	core_init(&c, (size_t)n);
	c.policy.scene = (struct capgate_scene){.gid_last = 7, .settable = both};
	core_judge(&c, (struct capgate_text){buf, (size_t)n}, CAPGATE_CONFIG);
	ck_assert_uint_eq(c.report.n_substitutes, 1);
	if (keys[_i].same)
		ck_assert_str_eq(c.report.substitutes[0].why_not,
				 "the specification sets it, to a value that does not replace the "
				 "capability");
	else
		ck_assert_str_eq(c.report.substitutes[0].value, "0 7");
	core_release(&c);
}
END_TEST

static const struct {
	const char *value;
	bool serves;
} ranges[] = {
	{"0 2147483647", true},  {"0\\t2147483647", true}, {"0 4294967295", true}, {"1 0", false},
	{"0 100", false},        {"1 2147483647", false},  {"0", false},           {"", false},
	{"x 2147483647", false}, {"0 2147483647x", false},
};

START_TEST(a_range_that_serves_everybody_is_neither_put_in_nor_missed)
{
	char buf[512];
	int n = snprintf(
		buf, sizeof(buf),
		"{" MOUNTS ",\"process\":{\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}},"
		"\"linux\":{\"namespaces\":[{\"type\":\"network\"}],\"sysctl\":{\"net.ipv4."
		"ping_group_range\":\"%s\"}}}",
		ranges[_i].value);
	struct core c;

	core_init(&c, (size_t)n);
	core_judge(&c, (struct capgate_text){buf, (size_t)n}, CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_uint_eq(c.report.n_substitutes, ranges[_i].serves ? 0 : 1);
	core_release(&c);
}
END_TEST

/* Whatever linux is, it is not the cause of anything. */
static const char *const shapes[] = {
	"",
	"\"linux\":null,",
	"\"linux\":{},",
	"\"linux\":{\"namespaces\":[]},",
	"\"linux\":{\"sysctl\":null},",
	"\"linux\":{\"sysctl\":{}},",
};

START_TEST(a_linux_object_of_any_shape)
{
	char buf[512];
	int n = snprintf(
		buf, sizeof(buf),
		"{%s\"process\":{\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}}," MOUNTS "}",
		shapes[_i]);
	struct capgate_text out;
	struct core c;

	core_init(&c, (size_t)n);
	c.policy.scene = (struct capgate_scene){.gid_last = 7, .settable = both};
	core_judge(&c, (struct capgate_text){buf, (size_t)n}, CAPGATE_CONFIG);
	ck_assert_int_eq(capgate_rewrite(&c.spec, &c.report, &c.policy, &c.arena, &out, &c.err), 0);
	ck_assert_uint_eq(out.len, (size_t)n - strlen("\"CAP_NET_RAW\""));
	ck_assert_str_eq(c.report.substitutes[0].why_not,
			 "the container shares the host's network");
	core_release(&c);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("substitute");
	TCase *t = tcase_create("substitute");

	tcase_set_timeout(t, 900);
	tcase_add_loop_test(t, every_combination, 0, LEN(networks));
	tcase_add_loop_test(t, the_same_key_in_other_words, 0, LEN(keys));
	tcase_add_loop_test(t, a_range_that_serves_everybody_is_neither_put_in_nor_missed, 0,
			    (int)(sizeof(ranges) / sizeof(ranges[0])));
	tcase_add_loop_test(t, a_linux_object_of_any_shape, 0, LEN(shapes));
	suite_add_tcase(s, t);
	return s;
}
