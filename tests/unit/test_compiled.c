/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled seccomp filters: what is read in the instructions against what the kernel does
 * with them, and against what the profile says. */
#include "unit.h"

#include <sys/syscall.h>

#include "lib/spec/filter.h"
#include "profilerun.h"

/* Calls that drop capabilities or change the user, and their numbers here. */
static const struct {
	const char *name;
	enum capgate_call call;
	int number;
} calls[] = {
	{"capset", CAPGATE_CALL_CAPSET, SYS_capset},
	{"capget", CAPGATE_CALL_CAPGET, SYS_capget},
	{"prctl", CAPGATE_CALL_PRCTL, SYS_prctl},
	{"openat", CAPGATE_CALL_OPENAT, SYS_openat},
	{"openat2", CAPGATE_CALL_OPENAT2, SYS_openat2},
	{"setuid", CAPGATE_CALL_SETUID, SYS_setuid},
	{"setresuid", CAPGATE_CALL_SETRESUID, SYS_setresuid},
	{"setfsgid", CAPGATE_CALL_SETFSGID, SYS_setfsgid},
	{"setgroups", CAPGATE_CALL_SETGROUPS, SYS_setgroups},
};

#define NCALLS ((unsigned)(sizeof(calls) / sizeof(calls[0])))

/* One profile, as its configuration, parsed; and its program. */
struct compiled {
	struct core c;
	struct sock_filter program[PROGRAM_MAX];
	struct confine_filter filter;
};

static bool compiled_init(struct compiled *p, const char *profile)
{
	static char text[65536];
	struct capgate_text config;
	int n = snprintf(text, sizeof(text), "{\"process\":{},\"linux\":{\"seccomp\":%s}}",
			 profile);

	ck_assert_uint_lt((size_t)n, sizeof(text));
	core_init(&p->c, 4 * (size_t)n + 16 * sizeof(p->program));
	config = (struct capgate_text){text, (size_t)n};
	ck_assert_msg(capgate_spec_parse(config, CAPGATE_CONFIG, &p->c.arena, &p->c.spec,
					 &p->c.err) == 0,
		      "%s: %s", profile, p->c.err.msg);
	if (compile(config, p->program, &p->filter))
		return true;
	core_release(&p->c);
	return false;
}

static struct capgate_text bytes_of(const struct confine_filter *f)
{
	return (struct capgate_text){(const char *)f->program, f->n * sizeof(*f->program)};
}

/* What the kernel does, as far as some values of two arguments show it. */
static unsigned lies_seen(const struct confine_filter *f)
{
	unsigned ret = 0;

	for (unsigned i = 0; i < NCALLS; i++)
		for (size_t k = 0; k < 2 * NSAMPLES; k++)
			if (capgate_verdict_misleads(verdict(f, 0, calls[i].number, k / NSAMPLES,
							     samples[k % NSAMPLES]),
						     calls[i].call))
				ret |= 1u << calls[i].call;
	return ret;
}

/* ---- Random profiles ---------- */

static void out_rule(struct capgate_out *out)
{
	capgate_out_format(out, "{\"names\":[\"%s\",\"%s\"],\"action\":\"%s\"",
			   calls[pick(NCALLS)].name,
			   ONE_OF("read", "capset", "prctl", "socket", "setuid", "chown"),
			   ONE_OF("SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_ERRNO",
				  "SCMP_ACT_ERRNO", "SCMP_ACT_LOG", "SCMP_ACT_KILL"));
	if (pick(3))
		capgate_out_format(out, ",\"errnoRet\":%s", ONE_OF("0", "1", "22", "38", "13"));
	if (pick(2))
		capgate_out_format(out,
				   ",\"args\":[{\"index\":%u,\"value\":%s,\"valueTwo\":%u,"
				   "\"op\":\"%s\"}]",
				   pick(2), ONE_OF("0", "1", "17", "268435456", "4294967296"),
				   pick(3) ? 0 : 17,
				   ONE_OF("SCMP_CMP_EQ", "SCMP_CMP_NE", "SCMP_CMP_GT",
					  "SCMP_CMP_GE", "SCMP_CMP_LE", "SCMP_CMP_MASKED_EQ"));
	capgate_out_string(out, "}");
}

static const char *random_profile(char *buf, size_t size)
{
	struct capgate_out out = {buf, size - 1, 0};
	const unsigned n = 1 + pick(12);

	capgate_out_format(&out,
			   "{\"defaultAction\":\"%s\",\"defaultErrnoRet\":%s%s,\"syscalls\":[",
			   ONE_OF("SCMP_ACT_ALLOW", "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"),
			   ONE_OF("1", "38", "0", "22"),
#if defined(__x86_64__)
			   ONE_OF("", ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]",
				  ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\","
				  "\"SCMP_ARCH_X32\"]")
#else
			   ""
#endif
	);
	for (unsigned i = 0; i < n; i++) {
		capgate_out_string(&out, i ? "," : "");
		out_rule(&out);
	}
	capgate_out_string(&out, "]}");
	ck_assert_uint_lt(out.len, size);
	buf[out.len] = '\0';
	return buf;
}

/* COMPILED_N=100000 tries that many. */
START_TEST(no_lie_of_a_program_is_overlooked_and_none_is_read_that_its_profile_has_not)
{
	const char *many = getenv("COMPILED_N");
	const unsigned n = many ? (unsigned)atoi(many) : 1000;
	unsigned honest = 0, lying = 0;
	static struct compiled p;
	char buf[8192];

	state = 7;
	for (unsigned i = 0; i < n; i++) {
		unsigned read, seen;

		if (!compiled_init(&p, random_profile(buf, sizeof(buf))))
			continue;
		read = capgate_program_pretends(bytes_of(&p.filter), &p.c.arena);
		seen = lies_seen(&p.filter);
		ck_assert_msg((seen & ~read) == 0, "overlooked: %#x: %s", seen & ~read, buf);
		ck_assert_msg((read & ~capgate_calls_pretended(&p.c.spec.seccomp)) == 0,
			      "not in the profile: %#x: %s", read, buf);
		honest += read == 0;
		lying += read != 0;
		core_release(&p.c);
	}
	ck_assert_uint_gt(honest, n / 20);
	ck_assert_uint_gt(lying, n / 3);
}
END_TEST

/* ---- Another container's program ---------- */

#define PROFILE(errno) \
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"chown\",\"%s\"]," \
	"\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":" errno "}]}"

START_TEST(a_program_of_the_same_profile_with_another_errno_is_found)
{
	static struct compiled own, other;
	char buf[512];

	for (unsigned i = 0; i < NCALLS; i++) {
		const bool dropping = calls[i].call < CAPGATE_CALL_SETUID;
		const char *found;

		snprintf(buf, sizeof(buf), PROFILE("1"), calls[i].name);
		ck_assert(compiled_init(&own, buf));
		ck_assert_ptr_null(capgate_seccomp_program_differs(
			&own.c.spec, bytes_of(&own.filter), &own.c.arena));
		snprintf(buf, sizeof(buf), PROFILE("0"), calls[i].name);
		ck_assert(compiled_init(&other, buf));
		found = capgate_seccomp_program_differs(&own.c.spec, bytes_of(&other.filter),
							&own.c.arena);
		ck_assert_ptr_nonnull(found);
		ck_assert_str_eq(found, calls[i].name);
		/* The profile says so itself: that is CPG107's to refuse. */
		ck_assert_ptr_null(capgate_seccomp_program_differs(
			&other.c.spec, bytes_of(&other.filter), &other.c.arena));
		core_release(&other.c);
		snprintf(buf, sizeof(buf), PROFILE("22"), calls[i].name);
		ck_assert(compiled_init(&other, buf));
		found = capgate_seccomp_program_differs(&own.c.spec, bytes_of(&other.filter),
							&own.c.arena);
		ck_assert_int_eq(found != NULL, dropping);
		core_release(&other.c);
		core_release(&own.c);
	}
}
END_TEST

START_TEST(a_container_without_a_profile_has_no_program_that_lies)
{
	static struct compiled other;
	struct capgate_spec none = {0};

	ck_assert(compiled_init(&other,
				"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":"
				"[\"prctl\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":0}]}"));
	ck_assert_ptr_nonnull(capgate_seccomp_program_differs(&none, bytes_of(&other.filter),
							      &other.c.arena));
	ck_assert_ptr_null(
		capgate_seccomp_program_differs(&none, (struct capgate_text){0}, &other.c.arena));
	core_release(&other.c);
}
END_TEST

/* ---- What libseccomp does not write ---------- */

#define STMT(code, k) BPF_STMT((code), (k))

static const struct {
	const char *what;
	struct sock_filter program[6];
	size_t n;
	bool lies;
} odd[] = {
	{"all is allowed", {STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}, 1, false},
	{"all succeeds", {STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO)}, 1, true},
	{"a verdict of the future", {STMT(BPF_RET | BPF_K, 0x12340000)}, 1, true},
	{"the accumulator is the verdict", {STMT(BPF_RET | BPF_A, 0)}, 1, true},
	{"it has no end",
	 {STMT(BPF_JMP | BPF_JA, 1), STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
	  STMT(BPF_LD | BPF_W | BPF_ABS, 0)},
	 3,
	 true},
	{"it jumps outside",
	 {STMT(BPF_JMP | BPF_JA, 7), STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO)},
	 2,
	 true},
	{"it jumps further than an integer holds",
	 {STMT(BPF_JMP | BPF_JA, UINT32_MAX), STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO)},
	 2,
	 true},
	{"an instruction that is not read",
	 {STMT(BPF_LDX | BPF_IMM, 0), STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	  STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO)},
	 3,
	 true},
	{"an instruction that is not read, and nothing but ALLOW is returned",
	 {STMT(BPF_LDX | BPF_IMM, 0), STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)},
	 2,
	 false},
	{"a number is at least 0",
	 {STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0, 0, 1),
	  STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO), STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)},
	 4,
	 true},
	{"two ways to an instruction, with the number and with an argument",
	 {STMT(BPF_LD | BPF_W | BPF_ABS, 16), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
	  STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 99999, 0, 1),
	  STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO), STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)},
	 6,
	 true},
	{"nothing is not more than nothing",
	 {STMT(BPF_LD | BPF_W | BPF_ABS, 0), STMT(BPF_ALU | BPF_AND | BPF_K, 0),
	  BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 0, 0, 1),
	  STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO), STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)},
	 5,
	 false},
	{"the number is known",
	 {STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 99999, 0, 1),
	  STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO), STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)},
	 4,
	 false},
	{"what is never reached does not count",
	 {STMT(BPF_JMP | BPF_JA, 1), STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
	  STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)},
	 3,
	 false},
};

START_TEST(odd_programs_are_read_as_the_kernel_does_or_refused)
{
	const struct confine_filter f = {odd[_i].program, odd[_i].n};
	struct core c;

	core_init(&c, sizeof(odd[0].program) * 4);
	ck_assert_msg((capgate_program_pretends(bytes_of(&f), &c.arena) != 0) == odd[_i].lies, "%s",
		      odd[_i].what);
	core_release(&c);
}
END_TEST

START_TEST(broken_and_too_long_programs_lie)
{
	static struct sock_filter long_one[BPF_MAXINSNS + 1];
	struct confine_filter f = {long_one, BPF_MAXINSNS};
	struct capgate_text text;
	struct core c;

	for (size_t i = 0; i <= BPF_MAXINSNS; i++)
		long_one[i] = (struct sock_filter)STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	core_init(&c, 8 * sizeof(long_one));
	ck_assert_uint_eq(capgate_program_pretends(bytes_of(&f), &c.arena), 0);
	f.n++;
	ck_assert_uint_ne(capgate_program_pretends(bytes_of(&f), &c.arena), 0);
	text = bytes_of(&f);
	text.len = sizeof(long_one[0]) + 1;
	ck_assert_uint_ne(capgate_program_pretends(text, &c.arena), 0);
	core_release(&c);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("compiled");
	TCase *t = tcase_create("compiled");

	tcase_set_timeout(t, 600);
	tcase_add_test(
		t, no_lie_of_a_program_is_overlooked_and_none_is_read_that_its_profile_has_not);
	tcase_add_test(t, a_program_of_the_same_profile_with_another_errno_is_found);
	tcase_add_test(t, a_container_without_a_profile_has_no_program_that_lies);
	tcase_add_loop_test(t, odd_programs_are_read_as_the_kernel_does_or_refused, 0,
			    sizeof(odd) / sizeof(odd[0]));
	tcase_add_test(t, broken_and_too_long_programs_lie);
	suite_add_tcase(s, t);
	return s;
}
