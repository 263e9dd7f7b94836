/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seccomp profiles that are rewritten so that no user namespace can be made.  Profiles
 * are compiled as runc and crun do, before and after, and every call is tried.
 */
#include "unit.h"

#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

#include "filterrun.h"
#include "core.h"

#define FLAG 0x10000000u /* CLONE_NEWUSER */

/* ---- A profile, compiled as runtimes do ---------- */

static const char *text_of(yajl_val object, const char *name)
{
	const char *path[] = {name, NULL};
	yajl_val v = yajl_tree_get(object, path, yajl_t_string);

	return v ? YAJL_GET_STRING(v) : NULL;
}

static uint64_t number_of(yajl_val object, const char *name, uint64_t otherwise)
{
	const char *path[] = {name, NULL};
	yajl_val v = yajl_tree_get(object, path, yajl_t_number);

	return v ? strtoull(YAJL_GET_NUMBER(v), NULL, 10) : otherwise;
}

static yajl_val array_of(yajl_val object, const char *name)
{
	const char *path[] = {name, NULL};

	return yajl_tree_get(object, path, yajl_t_array);
}

static uint32_t action_of(const char *action, uint64_t error)
{
	if (strcmp(action, "SCMP_ACT_ALLOW") == 0)
		return SCMP_ACT_ALLOW;
	if (strcmp(action, "SCMP_ACT_LOG") == 0)
		return SCMP_ACT_LOG;
	if (strcmp(action, "SCMP_ACT_KILL_PROCESS") == 0)
		return SCMP_ACT_KILL_PROCESS;
	ck_assert_str_eq(action, "SCMP_ACT_ERRNO");
	return SCMP_ACT_ERRNO(error);
}

/* Comparisons of one argument each are alternatives; of several, all must hold. */
static int add_rules(scmp_filter_ctx ctx, int call, uint32_t action, yajl_val args)
{
	struct scmp_arg_cmp all[6];
	unsigned n = 0;
	bool seen[6] = {false}, repeated = false;
	int status = 0;

	for (size_t i = 0; args && i < args->u.array.len && n < 6; i++) {
		yajl_val a = args->u.array.values[i];
		const char *op = text_of(a, "op");
		unsigned index = (unsigned)number_of(a, "index", 0);

		repeated |= seen[index];
		seen[index] = true;
		all[n++] = (struct scmp_arg_cmp){
			.arg = index,
			.op = strcmp(op, "SCMP_CMP_EQ") == 0   ? SCMP_CMP_EQ
			      : strcmp(op, "SCMP_CMP_NE") == 0 ? SCMP_CMP_NE
			      : strcmp(op, "SCMP_CMP_GE") == 0 ? SCMP_CMP_GE
							       : SCMP_CMP_MASKED_EQ,
			.datum_a = number_of(a, "value", 0),
			.datum_b = number_of(a, "valueTwo", 0),
		};
	}
	if (!repeated)
		return seccomp_rule_add_array(ctx, action, call, n, all);
	for (unsigned i = 0; i < n && status == 0; i++)
		status = seccomp_rule_add_array(ctx, action, call, 1, &all[i]);
	return status;
}

static int add_entries(scmp_filter_ctx ctx, yajl_val profile, uint32_t fallback)
{
	yajl_val entries = array_of(profile, "syscalls");
	int status = 0;

	for (size_t i = 0; entries && i < entries->u.array.len && status == 0; i++) {
		yajl_val e = entries->u.array.values[i], names = array_of(e, "names");
		uint32_t action = action_of(text_of(e, "action"), number_of(e, "errnoRet", 1));

		if (action == fallback)
			continue;
		for (size_t k = 0; k < names->u.array.len && status == 0; k++) {
			int call = seccomp_syscall_resolve_name(
				YAJL_GET_STRING(names->u.array.values[k]));

			if (call != __NR_SCMP_ERROR)
				status = add_rules(ctx, call, action, array_of(e, "args"));
		}
	}
	return status;
}

/* False: runtimes do not start such a container. */
static bool compile(struct capgate_text text, struct sock_filter program[CONFINE_FILTER_MAX],
		    struct confine_filter *ret)
{
	const char *path[] = {"linux", "seccomp", NULL};
	char copy[16384], error[256];
	yajl_val tree, profile, architectures;
	scmp_filter_ctx ctx;
	uint32_t fallback;
	FILE *file = tmpfile();
	int status;

	ck_assert_uint_lt(text.len, sizeof(copy));
	memcpy(copy, text.p, text.len);
	copy[text.len] = '\0';
	tree = yajl_tree_parse(copy, error, sizeof(error));
	ck_assert_msg(tree != NULL, "%s: %s", copy, error);
	profile = yajl_tree_get(tree, path, yajl_t_object);
	ck_assert_ptr_nonnull(profile);
	fallback = action_of(text_of(profile, "defaultAction"),
			     number_of(profile, "defaultErrnoRet", 1));
	ctx = seccomp_init(fallback);
	ck_assert(ctx && file);
	architectures = array_of(profile, "architectures");
	for (size_t i = 0; architectures && i < architectures->u.array.len; i++) {
		const char *name = YAJL_GET_STRING(architectures->u.array.values[i]);

		seccomp_arch_add(ctx, strcmp(name, "SCMP_ARCH_X86") == 0 ? SCMP_ARCH_X86
									 : seccomp_arch_native());
	}
	status = add_entries(ctx, profile, fallback);
	if (status == 0)
		ck_assert_int_eq(seccomp_export_bpf(ctx, fileno(file)), 0);
	rewind(file);
	*ret = (struct confine_filter){program,
				       fread(program, sizeof(*program), CONFINE_FILTER_MAX, file)};
	fclose(file);
	seccomp_release(ctx);
	yajl_tree_free(tree);
	return status == 0;
}

/* ---- Every call ---------- */

static const uint64_t samples[] = {
	0,
	1,
	17, /* SIGCHLD */
	FLAG,
	FLAG | 17,
	0x00020000, /* CLONE_NEWNS */
	0x7e020000,
	0x6e020000,
	0x003d0f00, /* a thread's flags */
	UINT64_C(0x100000000),
	UINT64_C(0x100000000) | FLAG,
	~UINT64_C(0),
};

#define NSAMPLES (sizeof(samples) / sizeof(samples[0]))
#define CALLS_END 470

static const struct {
	uint32_t token, audit;
} machines[] = {
#if defined(__x86_64__)
	{SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64},
	{SCMP_ARCH_X86, AUDIT_ARCH_I386},
#else
	{SCMP_ARCH_NATIVE, 0},
#endif
};

#define NMACHINES (sizeof(machines) / sizeof(machines[0]))

static uint32_t verdict(const struct confine_filter *f, size_t machine, int nr, size_t arg,
			uint64_t value)
{
	struct seccomp_data data = {.nr = nr, .arch = machines[machine].audit};

	data.args[arg] = value;
	return filter_run(f, &data);
}

static bool runs(uint32_t verdict)
{
	return verdict == SECCOMP_RET_ALLOW || verdict == SECCOMP_RET_LOG;
}

enum { UNSHARE, CLONE, CLONE3, SETNS, NWAYS };

/* The ways to a user namespace, by number. */
static int number(size_t machine, int way)
{
	static const char *const names[NWAYS] = {"unshare", "clone", "clone3", "setns"};
	static int numbers[NMACHINES][NWAYS];

	if (numbers[machine][way] == 0)
		numbers[machine][way] =
			seccomp_syscall_resolve_name_arch(machines[machine].token, names[way]);
	return numbers[machine][way];
}

/* Is every way to a user namespace closed? */
static bool is_blocked(const struct confine_filter *f)
{
	bool blocked = true;

	for (size_t m = 0; m < NMACHINES; m++)
		for (size_t i = 0; i < NSAMPLES; i++)
			for (int way = UNSHARE; way < NWAYS; way++)
				blocked &= (way <= CLONE && !(samples[i] & FLAG)) ||
					   !runs(verdict(f, m, number(m, way), 0, samples[i]));
	return blocked;
}

/* Nothing runs that did not, in the same way; what makes no namespace is as it was. */
static void compare(const struct confine_filter *before, const struct confine_filter *after,
		    const char *text)
{
	for (size_t m = 0; m < NMACHINES; m++)
		for (int nr = 0; nr < CALLS_END; nr++) {
			bool whole = nr == number(m, CLONE3) || nr == number(m, SETNS);
			bool by_flag = nr == number(m, UNSHARE) || nr == number(m, CLONE);

			for (size_t i = 0; i < 2 * NSAMPLES; i++) {
				size_t arg = i / NSAMPLES;
				uint64_t value = samples[i % NSAMPLES];
				uint32_t was = verdict(before, m, nr, arg, value);
				uint32_t is = verdict(after, m, nr, arg, value);

				if (is == was ||
				    (!runs(is) && (whole || (by_flag && arg == 0 && value & FLAG))))
					continue;
				ck_abort_msg("call %d, argument %zu = %#llx: %#x, then %#x: %s", nr,
					     arg, (unsigned long long)value, was, is, text);
			}
		}
}

/* ---- Random profiles ---------- */

static uint32_t state;

static unsigned pick(unsigned n)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % n;
}

static const char *one_of(const char *const *words, unsigned n)
{
	return words[pick(n)];
}

#define ONE_OF(...) \
	one_of((const char *const[]){__VA_ARGS__}, \
	       sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

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
	if (pick(2))
		capgate_out_string(&out,
				   ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]");
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

static unsigned spliced, refused, passed;

static void try_profile(struct capgate_text text)
{
	struct sock_filter one[CONFINE_FILTER_MAX], two[CONFINE_FILTER_MAX];
	struct confine_filter before, after;
	struct core c;
	struct capgate_text out = text;
	char words[8192];

	snprintf(words, sizeof(words), "%.*s", (int)text.len, text.p);
	core_init(&c, sizeof(words) * 4);
	c.policy.user_namespaces = CAPGATE_USERNS_DENY;
	core_judge(&c, text, CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s: %s", words, c.report.error.msg);
	if (!compile(text, one, &before)) {
		core_release(&c);
		return; /* nothing starts */
	}
	if (c.report.verdict == CAPGATE_PASS) {
		passed++;
		ck_assert_msg(is_blocked(&before), "%s", words);
	} else if (c.report.verdict == CAPGATE_STRIP) {
		spliced++;
		ck_assert_msg(
			capgate_rewrite(&c.spec, &c.report, &c.policy, &c.arena, &out, &c.err) == 0,
			"%s: %s", words, c.err.msg);
		ck_assert_msg(compile(out, two, &after), "%.*s", (int)out.len, out.p);
		ck_assert_msg(is_blocked(&after), "%s\n%.*s", words, (int)out.len, out.p);
		compare(&before, &after, words);
	} else {
		refused++;
	}
	core_release(&c);
}

/* SPLICE_N=100000 tries more of them. */
START_TEST(no_profile_lets_more_run_than_before_and_none_a_user_namespace)
{
	const char *many = getenv("SPLICE_N");
	int n = many ? atoi(many) : 200;
	char buf[8192];

	for (int i = 0; i < n; i++) {
		state = (uint32_t)i;
		try_profile(profile(buf, sizeof(buf)));
	}
	ck_assert_uint_gt(spliced, (unsigned)n / 10);
	ck_assert_uint_gt(passed, (unsigned)n / 100);
	ck_assert_uint_gt(refused, 0);
}
END_TEST

/* ---- Profiles that people have ---------- */

#define CONFIG(linux) "{" MOUNTS ",\"process\":{\"capabilities\":{}}," linux "}"
#define ADDED \
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\"," ARCHITECTURES \
	"\"syscalls\":[{\"names\":[\"unshare\",\"clone\"],\"action\":\"SCMP_ACT_ERRNO\"," \
	"\"errnoRet\":1,\"args\":[{\"index\":0,\"value\":268435456,\"valueTwo\":268435456," \
	"\"op\":\"SCMP_CMP_MASKED_EQ\"}]},{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\"," \
	"\"errnoRet\":38},{\"names\":[\"setns\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1}]}"
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
	{"no linux object", CONFIG("\"x\":1"), NULL},
};

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
	tcase_add_test(t, a_host_without_user_namespaces_needs_no_profile);
	tcase_add_test(t, who_enters_an_open_container_is_refused);
	suite_add_tcase(s, t);
	return s;
}
