/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seccomp profiles that engines give a container when nobody says otherwise, recorded
 * at the runtime (tests/profiles), and random variations of them: what is decided about
 * user namespaces against what the compiled filter does.
 */
#include "unit.h"

#include "profilerun.h"

static const struct {
	const char *name;
	bool blocked;
} engines[] = {
	{"docker", true},          {"docker-no-caps", true},        {"docker-sys-admin", false},
	{"containerd", true},      {"containerd-sys-admin", false}, {"podman", false},
	{"podman-no-caps", false}, {"podman-sys-admin", false},     {"crio", false},
};

#define NENGINES ((int)(sizeof(engines) / sizeof(engines[0])))

/* The profile of an engine, NUL-ended. */
static void read_profile(const char *name, char *buf, size_t size)
{
	const char *dir = getenv("PROFILES");
	char path[4096];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s.json", dir ? dir : "tests/profiles", name);
	file = fopen(path, "re");
	ck_assert_msg(file != NULL, "%s cannot be opened", path);
	n = fread(buf, 1, size - 1, file);
	ck_assert_uint_lt(n, size - 1);
	buf[n] = '\0';
	fclose(file);
}

static struct capgate_text configuration(const char *profile, char *buf, size_t size)
{
	int n = snprintf(buf, size,
			 "{" MOUNTS
			 ",\"process\":{\"capabilities\":{}},\"linux\":{\"seccomp\":%s}}",
			 profile);

	ck_assert_uint_lt((size_t)n, size);
	return (struct capgate_text){buf, (size_t)n};
}

START_TEST(every_engines_default_profile_is_decided_exactly)
{
	char profile[32768], text[40000];
	bool blocked = !engines[_i].blocked;
	enum outcome outcome;

	read_profile(engines[_i].name, profile, sizeof(profile));
	outcome = try_profile(configuration(profile, text, sizeof(text)), &blocked);
	ck_assert_int_eq(blocked, engines[_i].blocked);
	ck_assert_int_eq(outcome, blocked ? PASSED : SPLICED);
}
END_TEST

/* ---- Variations ---------- */

static void out_names(struct capgate_out *out, yajl_val names)
{
	bool first = true;

	for (size_t i = 0; i < names->u.array.len; i++) {
		if (pick(60) == 0)
			continue;
		capgate_out_format(out, "%s\"%s\"", first ? "" : ",",
				   YAJL_GET_STRING(names->u.array.values[i]));
		first = false;
	}
	if (first)
		capgate_out_string(out, "\"read\"");
}

static void out_args(struct capgate_out *out, yajl_val args)
{
	capgate_out_string(out, ",\"args\":[");
	for (size_t i = 0; args && i < args->u.array.len; i++) {
		yajl_val a = args->u.array.values[i];

		capgate_out_format(
			out, "%s{\"index\":%llu,\"value\":%llu,\"valueTwo\":%llu,\"op\":\"%s\"}",
			i ? "," : "", (unsigned long long)number_of(a, "index", 0),
			(unsigned long long)number_of(a, "value", 0),
			(unsigned long long)number_of(a, "valueTwo", 0), text_of(a, "op"));
	}
	capgate_out_string(out, "]");
}

static void out_entry(struct capgate_out *out, yajl_val entry)
{
	const uint64_t none = UINT64_MAX, error = number_of(entry, "errnoRet", none);

	capgate_out_string(out, "{\"names\":[");
	out_names(out, array_of(entry, "names"));
	capgate_out_format(out, "],\"action\":\"%s\"",
			   pick(50) ? text_of(entry, "action")
				    : ONE_OF("SCMP_ACT_LOG", "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW"));
	if (error != none)
		capgate_out_format(out, ",\"errnoRet\":%llu", (unsigned long long)error);
	out_args(out, array_of(entry, "args"));
	capgate_out_string(out, "}");
}

/* What people add to a profile: mostly calls that it leaves out. */
static void out_addition(struct capgate_out *out)
{
	capgate_out_format(out, "{\"names\":[\"%s\",\"%s\"],\"action\":\"%s\"",
			   ONE_OF("ptrace", "keyctl", "mount", "umount2", "perf_event_open", "bpf",
				  "unshare", "clone", "setns", "no_such_call"),
			   ONE_OF("userfaultfd", "add_key", "pivot_root", "syslog", "clone3",
				  "unshare", "move_pages", "socketcall"),
			   ONE_OF("SCMP_ACT_ALLOW", "SCMP_ACT_ALLOW", "SCMP_ACT_ALLOW",
				  "SCMP_ACT_ERRNO", "SCMP_ACT_LOG"));
	if (pick(6) == 0)
		capgate_out_string(out, ",\"args\":[{\"index\":0,\"value\":2114060288,"
					"\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]");
	capgate_out_string(out, "}");
}

static void out_head(struct capgate_out *out, yajl_val tree)
{
	const uint64_t none = UINT64_MAX, error = number_of(tree, "defaultErrnoRet", none);

	capgate_out_format(out, "{\"defaultAction\":\"%s\"",
			   pick(12) ? text_of(tree, "defaultAction")
				    : ONE_OF("SCMP_ACT_KILL_PROCESS", "SCMP_ACT_ALLOW"));
	if (error != none && pick(8))
		capgate_out_format(out, ",\"defaultErrnoRet\":%llu", (unsigned long long)error);
#if defined(__x86_64__)
	capgate_out_string(out,
			   ONE_OF("", ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]",
				  ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\","
				  "\"SCMP_ARCH_X32\"]"));
#endif
}

/* Names and entries are left out, added and in another order. */
static void vary(const char *profile, char *buf, size_t size)
{
	struct capgate_out out = {buf, size - 1, 0};
	char error[256];
	yajl_val tree = yajl_tree_parse(profile, error, sizeof(error)), entries;
	size_t n, from, written = 0;

	ck_assert_msg(tree != NULL, "%s", error);
	entries = array_of(tree, "syscalls");
	n = entries->u.array.len;
	from = pick(3) ? 0 : pick((unsigned)n);
	out_head(&out, tree);
	capgate_out_string(&out, ",\"syscalls\":[");
	for (size_t i = 0; i < n; i++) {
		if (pick(20) == 0)
			continue;
		capgate_out_string(&out, written++ ? "," : "");
		if (pick(20) == 0)
			out_addition(&out), capgate_out_string(&out, ",");
		out_entry(&out, entries->u.array.values[(from + i) % n]);
	}
	if (pick(2)) {
		capgate_out_string(&out, written ? "," : "");
		out_addition(&out);
	}
	capgate_out_string(&out, "]}");
	ck_assert_uint_lt(out.len, size);
	buf[out.len] = '\0';
	yajl_tree_free(tree);
}

/* PROFILES_N=2000 tries that many, over all engines. */
START_TEST(variations_of_them_are_never_closed_wrongly_and_hardly_ever_open)
{
	const char *many = getenv("PROFILES_N");
	unsigned n = many ? (unsigned)atoi(many) : 27, blocked_ones = 0, open_ones = 0, wrong = 0;
	static char profile[32768], varied[40000], text[50000];

	for (unsigned i = 0; i < n; i++) {
		enum outcome outcome;
		bool blocked = false;

		state = i;
		read_profile(engines[i % NENGINES].name, profile, sizeof(profile));
		vary(profile, varied, sizeof(varied));
		outcome = try_profile(configuration(varied, text, sizeof(text)), &blocked);
		if (outcome == NOT_STARTED)
			continue;
		blocked_ones += blocked;
		open_ones += !blocked;
		if (blocked && outcome != PASSED && wrong++ < 20 && many)
			printf("open, wrongly: %s\n", varied);
	}
	if (many)
		printf("%u closed, %u open, %u wrongly called open\n", blocked_ones, open_ones,
		       wrong);
	ck_assert_uint_gt(blocked_ones, n / 6);
	ck_assert_uint_gt(open_ones, n / 6);
	ck_assert_uint_le(wrong, (n + 99) / 100);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("profiles");
	TCase *t = tcase_create("profiles");

	tcase_set_timeout(t, 600);
	tcase_add_loop_test(t, every_engines_default_profile_is_decided_exactly, 0, NENGINES);
	tcase_add_test(t, variations_of_them_are_never_closed_wrongly_and_hardly_ever_open);
	suite_add_tcase(s, t);
	return s;
}
