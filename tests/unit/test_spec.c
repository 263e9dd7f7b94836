/* SPDX-License-Identifier: Apache-2.0 */
/* Every member that is read, and what is read from a state. */
#include "unit.h"

#include "core.h"

static const char rich[] =
	"{\"ociVersion\":\"1.0.2\",\"hostname\":\"h\",\"root\":{\"path\":\"/"
	"r\",\"readonly\":true},\"process\":{\"user\":{\"uid\":7,\"gid\":8},\"args\":[\"a\",\"b\"],"
	"\"env\":[\"X=1\"],\"cwd\":\"/"
	"w\",\"noNewPrivileges\":true,\"capabilities\":{\"bounding\":[\"CAP_KILL\",13]}},\"hooks\":"
	"{\"prestart\":[{\"path\":\"/h1\",\"args\":[\"h1\"]}],\"poststop\":[{\"path\":\"/"
	"h2\"},{\"timeout\":1}]},\"annotations\":{\"a\":\"1\",\"b\":2,\"c\":{}},\"mounts\":[{"
	"\"destination\":\"/d\",\"type\":\"bind\",\"source\":\"/"
	"s\",\"options\":[\"ro\"]},{\"destination\":\"/"
	"e\",\"options\":[\"rbind\",\"ro\",\"rw\"],\"uidMappings\":[]},{\"type\":null}],\"linux\":{"
	"\"cgroupsPath\":\"/"
	"c\",\"uidMappings\":[{\"containerID\":1,\"hostID\":2,\"size\":3},{\"size\":\"x\"}],"
	"\"gidMappings\":[{\"containerID\":4,\"hostID\":5,\"size\":6}],\"sysctl\":{\"k\":\"v\"},"
	"\"namespaces\":[{\"type\":\"network\",\"path\":\"/"
	"n\"},{\"type\":\"pid\",\"path\":\"\"},{\"type\":\"user\",\"path\":null}],\"seccomp\":{"
	"\"defaultAction\":\"D\",\"architectures\":[\"A\",\"B\"],\"syscalls\":[{\"names\":["
	"\"setns\",\"setn\",\"openat2\",\"capset\"],\"action\":\"E\",\"args\":[{\"index\":1,"
	"\"value\":18446744073709551615,\"valueTwo\":3,\"op\":\"O\"},{\"index\":-1}]},{\"names\":["
	"\"read\"],\"args\":[{\"index\":7},{\"index\":8}]},{\"args\":[{\"index\":2,\"value\":4}],"
	"\"names\":[\"clone\"]}]}}}";

static struct capgate_spec read_spec(struct core *c, const char *text)
{
	struct capgate_spec spec;

	core_init(c, strlen(text));
	ck_assert_msg(capgate_spec_parse(capgate_text_of(text), CAPGATE_CONFIG, &c->arena, &spec,
					 &c->err) == 0,
		      "%s", c->err.msg);
	return spec;
}

START_TEST(clocks_that_are_set_are_noticed)
{
	static const struct {
		const char *linux_members;
		bool set;
	} rows[] = {
		{"\"timeOffsets\":{\"monotonic\":{\"secs\":1}}", true},
		{"\"timeOffsets\":{\"boottime\":null}", true},
		{"\"timeOffsets\":{}", false},
		{"\"timeOffsets\":null", false},
		{"\"sysctl\":{}", false},
		/* crun's own way */
		{"},\"annotations\":{\"run.oci.timens_offset\":\"monotonic 1 0\"", true},
		{"},\"annotations\":{\"run.oci.handler\":\"x\"", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];
		struct core c;

		snprintf(text, sizeof(text), "{\"process\":{},\"linux\":{%s}}",
			 rows[i].linux_members);
		ck_assert_msg(read_spec(&c, text).time_offsets == rows[i].set, "%s", text);
		core_release(&c);
	}
}
END_TEST

START_TEST(the_process_is_read)
{
	struct core c;
	struct capgate_spec s = read_spec(&c, rich);

	ck_assert_uint_eq(s.uid, 7);
	ck_assert_uint_eq(s.gid, 8);
	ck_assert_uint_eq(s.n_args, 2);
	ck_assert(capgate_text_is(s.args[1], "b"));
	ck_assert_uint_eq(s.n_env, 1);
	ck_assert(capgate_text_is(s.cwd, "/w"));
	ck_assert(s.no_new_privs && s.no_new_privs_presence == CAPGATE_PRESENT);
	ck_assert_uint_eq(s.no_new_privs_at.len, 4);
	ck_assert_uint_eq(s.set[CAPGATE_BOUNDING].n, 2);
	ck_assert_int_eq(s.set[CAPGATE_BOUNDING].v[0].cap, CAPGATE_CAP_KILL);
	ck_assert(!s.set[CAPGATE_BOUNDING].v[1].is_string);
	ck_assert(capgate_set_has(s.set[CAPGATE_BOUNDING].v[1].meant, CAPGATE_CAP_NET_RAW));
	core_release(&c);
}
END_TEST

START_TEST(the_surroundings_are_read)
{
	struct core c;
	struct capgate_spec s = read_spec(&c, rich);

	ck_assert(capgate_text_is(s.hostname, "h") && capgate_text_is(s.root_path, "/r") &&
		  s.root_readonly);
	ck_assert(capgate_text_is(s.cgroups_path, "/c"));
	ck_assert_uint_eq(s.n_hooks, 3);
	ck_assert(capgate_text_is(s.hooks[0].stage, "prestart") &&
		  capgate_text_is(s.hooks[0].path, "/h1"));
	ck_assert(capgate_text_is(s.hooks[1].stage, "poststop") &&
		  capgate_text_is(s.hooks[1].path, "/h2"));
	ck_assert_uint_eq(s.hooks[2].path.len, 0);
	ck_assert_uint_eq(s.n_annotations, 3);
	ck_assert(capgate_text_is(s.annotations[0].value, "1"));
	ck_assert_uint_eq(s.annotations[1].value.len, 0);
	ck_assert_uint_eq(s.n_sysctl, 1);
	ck_assert(capgate_text_is(s.sysctl[0].key, "k") && capgate_text_is(s.sysctl[0].value, "v"));
	ck_assert_uint_eq(s.n_uid_maps, 2);
	ck_assert_uint_eq(s.uid_maps[0].container, 1);
	ck_assert_uint_eq(s.uid_maps[0].host, 2);
	ck_assert_uint_eq(s.uid_maps[0].size, 3);
	ck_assert_uint_eq(s.uid_maps[1].size, 0);
	ck_assert_uint_eq(s.gid_maps[0].container, 4);
	core_release(&c);
}
END_TEST

START_TEST(mounts_and_namespaces_are_read)
{
	struct core c;
	struct capgate_spec s = read_spec(&c, rich);
	const struct capgate_namespace *ns = capgate_spec_namespace(&s, "network");

	ck_assert_uint_eq(s.n_mounts, 3);
	ck_assert(s.mounts[0].bind && s.mounts[0].readonly &&
		  capgate_text_is(s.mounts[0].source, "/s"));
	ck_assert(s.mounts[1].bind && !s.mounts[1].readonly);
	ck_assert(!s.mounts[2].bind && s.mounts[2].type.len == 0);
	ck_assert_ptr_nonnull(ns);
	ck_assert(ns->has_path && capgate_text_is(ns->path, "/n"));
	ns = capgate_spec_namespace(&s, "pid");
	ck_assert(ns && !ns->has_path);
	ns = capgate_spec_namespace(&s, "user");
	ck_assert(ns && !ns->has_path);
	ck_assert_ptr_null(capgate_spec_namespace(&s, "uts"));
	core_release(&c);
}
END_TEST

START_TEST(seccomp_is_read)
{
	struct core c;
	struct capgate_spec s = read_spec(&c, rich);
	const struct capgate_seccomp *sc = &s.seccomp;

	ck_assert_int_eq(sc->presence, CAPGATE_PRESENT);
	ck_assert(capgate_text_is(sc->default_action, "D"));
	ck_assert_uint_eq(sc->n_architectures, 2);
	ck_assert_uint_eq(sc->n_rules, 2); /* of three: those that decide something */
	ck_assert_uint_eq(sc->rules[0].calls, 1u << CAPGATE_CALL_SETNS | 1u << CAPGATE_CALL_CAPSET |
						      1u << CAPGATE_CALL_OPENAT2);
	ck_assert(capgate_text_is(sc->rules[0].action, "E"));
	ck_assert_uint_eq(sc->rules[0].n_args, 2);
	ck_assert(sc->rules[0].args[0].well_formed && sc->rules[0].args[0].value == UINT64_MAX);
	ck_assert(capgate_text_is(sc->rules[0].args[0].op, "O"));
	ck_assert(!sc->rules[0].args[1].well_formed);
	ck_assert_uint_eq(sc->rules[1].calls, 1u << CAPGATE_CALL_CLONE);
	ck_assert_uint_eq(sc->rules[1].n_args, 1);
	ck_assert(sc->rules[1].args[0].index == 2 && sc->rules[1].args[0].value == 4);
	core_release(&c);
}
END_TEST

START_TEST(what_is_strange_elsewhere_is_the_runtimes_business)
{
	static const char *const strange[] = {
		"{\"process\":{},\"linux\":{\"seccomp\":{\"syscalls\":[],\"architectures\":{\"a\":"
		"1}}}}",
		"{\"process\":{},\"linux\":{\"seccomp\":{\"syscalls\":[{\"names\":[],\"args\":7}]}}"
		"}",
		"{\"process\":{},\"linux\":{\"seccomp\":{\"syscalls\":[{\"args\":[7,{\"value\":{}}]"
		"}]}}}",
		"{\"process\":{},\"hooks\":{\"prestart\":[7]}}",
		"{\"process\":{},\"linux\":{\"uidMappings\":[7],\"gidMappings\":[{}]},\"hooks\":[],"
		"\"annotations\":7}",
	};

	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		struct core c;

		(void)read_spec(&c, strange[i]);
		core_release(&c);
	}
}
END_TEST

/* A filter may keep capabilities from being dropped: nobody may read another
 * profile than we do.  null is absent to all. */
START_TEST(seccomp_of_another_type_is_refused)
{
	static const struct {
		const char *seccomp;
		bool parsed;
	} rows[] = {
		{"null", true},
		{"{\"syscalls\":null,\"defaultErrnoRet\":null}", true},
		{"{\"syscalls\":[{\"names\":null,\"errnoRet\":null,\"args\":null}]}", true},
		{"7", false},
		{"[\"SCMP_ACT_ALLOW\"]", false},
		{"{\"defaultAction\":{\"a\":[]}}", false},
		{"{\"defaultErrnoRet\":\"0\"}", false},
		{"{\"syscalls\":7}", false},
		{"{\"syscalls\":[7]}", false},
		{"{\"syscalls\":[[]]}", false},
		{"{\"syscalls\":[{\"names\":\"x\"}]}", false},
		{"{\"syscalls\":[{\"names\":[7]}]}", false},
		{"{\"syscalls\":[{\"action\":null}]}", false},
		{"{\"syscalls\":[{\"errnoRet\":\"0\"}]}", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct core c;
		char text[256];

		core_init(&c, sizeof(text));
		snprintf(text, sizeof(text),
			 "{\"process\":{\"capabilities\":{}},\"linux\":{\"seccomp\":%s}}",
			 rows[i].seccomp);
		core_judge(&c, capgate_text_of(text), CAPGATE_CONFIG);
		ck_assert_msg(c.report.parsed == rows[i].parsed, "%s", text);
		core_release(&c);
	}
}
END_TEST

START_TEST(more_namespaces_than_there_are_is_refused)
{
	char text[4096] = "{\"process\":{},\"linux\":{\"namespaces\":[{\"type\":\"t0\"}";
	struct capgate_spec spec;
	struct core c;

	for (int i = 1; i < 33; i++) {
		char one[32];

		snprintf(one, sizeof(one), ",{\"type\":\"t%d\"}", i);
		strcat(text, one);
	}
	strcat(text, "]}}");
	core_init(&c, sizeof(text));
	ck_assert_int_eq(
		capgate_spec_parse(capgate_text_of(text), CAPGATE_CONFIG, &c.arena, &spec, &c.err),
		CAPGATE_ELIMIT);
	ck_assert_str_eq(c.err.path, "linux.namespaces[32]");
	core_release(&c);
}
END_TEST

static enum capgate_input told;

static int read_state(const char *text, struct capgate_state *state, struct core *c)
{
	core_init(c, strlen(text));
	return capgate_input_parse(capgate_text_of(text), &c->arena, &told, state, &c->err);
}

START_TEST(a_state_is_told_from_a_configuration)
{
	static const struct {
		const char *text;
		int status; /* 0, or any failure */
		enum capgate_input kind;
	} rows[] = {
		{"{\"ociVersion\":\"1.0\",\"id\":\"i\",\"pid\":12,\"status\":\"s\",\"bundle\":\"\\/"
		 "b\"}",
		 0, CAPGATE_INPUT_STATE},
		{"{\"id\":\"i\",\"pid\":12,\"status\":\"s\",\"bundlePath\":\"/b\"}", 0,
		 CAPGATE_INPUT_STATE},
		{"{\"id\":\"i\",\"pid\":12,\"status\":\"s\",\"bundle\":\"/b\",\"bundlePath\":\"/"
		 "other\"}",
		 0, CAPGATE_INPUT_STATE},
		{"{\"process\":{},\"id\":\"i\"}", 0, CAPGATE_INPUT_CONFIG},
		{"{\"process\":{},\"bundle\":\"/b\"}", -1, CAPGATE_INPUT_STATE},
		{"{\"id\":\"i\"}", -1, CAPGATE_INPUT_STATE},
		{"{\"bundle\":7}", -1, CAPGATE_INPUT_STATE},
		{"{\"bundle\":\"/a\",\"Bundle\":\"/b\"}", -1, CAPGATE_INPUT_STATE},
		{"{\"bundle\":\"/a\",\"pid\":\"1\"}", -1, CAPGATE_INPUT_STATE},
		{"{\"bundle\":\"/a\",\"pid\":1e3}", -1, CAPGATE_INPUT_STATE},
		{"[]", -1, CAPGATE_INPUT_STATE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capgate_state state = {0};
		struct core c;
		int status = read_state(rows[i].text, &state, &c);

		ck_assert_msg((status == 0) == (rows[i].status == 0), "%s: %d", rows[i].text,
			      status);
		if (status == 0)
			ck_assert_msg(told == rows[i].kind, "%s", rows[i].text);
		if (status == 0 && told == CAPGATE_INPUT_STATE) {
			ck_assert(capgate_text_is(state.bundle, "/b") &&
				  capgate_text_is(state.id, "i"));
			ck_assert(capgate_text_is(state.status, "s"));
			ck_assert_int_eq(state.pid, 12);
		}
		core_release(&c);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("spec");
	TCase *t = tcase_create("spec");

	tcase_add_test(t, the_process_is_read);
	tcase_add_test(t, clocks_that_are_set_are_noticed);
	tcase_add_test(t, the_surroundings_are_read);
	tcase_add_test(t, mounts_and_namespaces_are_read);
	tcase_add_test(t, seccomp_is_read);
	tcase_add_test(t, what_is_strange_elsewhere_is_the_runtimes_business);
	tcase_add_test(t, seccomp_of_another_type_is_refused);
	tcase_add_test(t, more_namespaces_than_there_are_is_refused);
	tcase_add_test(t, a_state_is_told_from_a_configuration);
	suite_add_tcase(s, t);
	return s;
}
