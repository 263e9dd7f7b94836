/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reading of a seccomp profile against libseccomp: each input is a profile, a byte a
 * choice.  It is judged, compiled as runc and crun do, and every call is tried: what
 * passes lets nobody make a user namespace, answer for a call, or pretend that a
 * capability was dropped; what is rewritten lets nothing run that did not before.
 */
#include <check.h>
#include <errno.h>

#include "fuzz.h"

/* The unit tests' header says so what must hold; here it ends the program. */
#undef ck_assert
#undef ck_assert_msg
#undef ck_abort_msg
#undef ck_assert_str_eq
#undef ck_assert_int_eq
#undef ck_assert_uint_lt
#undef ck_assert_ptr_nonnull
#define ck_abort_msg(...) \
	do { \
		fprintf(stderr, __VA_ARGS__); \
		fprintf(stderr, "\n"); \
		abort(); \
	} while (0)
#define ck_assert_msg(promise, ...) \
	do { \
		if (!(promise)) \
			ck_abort_msg(__VA_ARGS__); \
	} while (0)
#define ck_assert MUST
#define ck_assert_str_eq(a, b) MUST(strcmp(a, b) == 0)
#define ck_assert_int_eq(a, b) MUST((a) == (b))
#define ck_assert_uint_lt(a, b) MUST((a) < (b))
#define ck_assert_ptr_nonnull(a) MUST((a) != NULL)
#include "tests/unit/profilerun.h"

/* ---- A profile from bytes ---------- */

static const uint8_t *choices;
static size_t left;

/* Without bytes it is always the first. */
static unsigned choose(unsigned n)
{
	if (left == 0)
		return 0;
	left--;
	return *choices++ % n;
}

#define CHOOSE(...) \
	((const char *const[]){__VA_ARGS__})[choose(sizeof((const char *const[]){__VA_ARGS__}) / \
						    sizeof(const char *))]

/* What engines write comes more often: what is odd everywhere is refused at once. */
#define ACTION() \
	CHOOSE("SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", \
	       "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_KILL", \
	       "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", \
	       choose(6) ? "SCMP_ACT_ALLOW" : "SCMP_ACT_TRACE", \
	       choose(6) ? "SCMP_ACT_ALLOW" : "SCMP_ACT_NOTIFY")

static void add_arg(struct capgate_out *out)
{
	const char *const index = CHOOSE("0", "0", "0", "1", "0", "0", "5");
	const char *const values[] = {
		CHOOSE("0", "268435456", "2114060288", "17", "268435473", "131072", "4294967296",
		       "4563402752", "4294967295", "18446744073709551615"),
		CHOOSE("0", "268435456", "2114060288", "17", "268435473", "4563402752")};

	capgate_out_format(out, "{\"index\":%s,\"value\":%s,\"valueTwo\":%s,\"op\":\"%s\"}", index,
			   values[0], values[1],
			   CHOOSE("SCMP_CMP_MASKED_EQ", "SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ",
				  "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_LE",
				  "SCMP_CMP_GE", "SCMP_CMP_GT"));
}

static void add_entry(struct capgate_out *out)
{
	static const unsigned lengths[] = {1, 0, 0, 1, 1, 2, 0, 3};
	const unsigned names = 1 + choose(4);
	unsigned args;

	capgate_out_string(out, "{\"names\":[");
	for (unsigned i = 0; i < names; i++)
		capgate_out_format(out, "%s\"%s\"", i ? "," : "",
				   CHOOSE("unshare", "clone", "unshare", "clone", "clone3", "setns",
					  "prctl", "capset", "capget", "openat", "setuid",
					  "setresuid", "setgroups", "read", "socket", "socketcall",
					  choose(4) ? "write" : "no_such_call"));
	capgate_out_format(out, "],\"action\":\"%s\"", ACTION());
	if (choose(3) == 1)
		capgate_out_format(out, ",\"errnoRet\":%s",
				   CHOOSE("1", "38", "0", "22", "65536", "65558", "13"));
	args = lengths[choose(8)];
	capgate_out_string(out, ",\"args\":[");
	for (unsigned i = 0; i < args; i++) {
		capgate_out_string(out, i ? "," : "");
		add_arg(out);
	}
	capgate_out_string(out, "]}");
}

static struct capgate_text write_profile(char *buf, size_t size)
{
	struct capgate_out out = {buf, size, 0};
	const unsigned entries = choose(5);

	capgate_out_string(&out, "{" MOUNTS
				 ",\"process\":{\"capabilities\":{}},\"linux\":{\"seccomp\":{");
	capgate_out_format(&out, "\"defaultAction\":\"%s\"", ACTION());
	if (choose(3) == 1)
		capgate_out_format(&out, ",\"defaultErrnoRet\":%s",
				   CHOOSE("1", "38", "0", "22", "65536"));
#if defined(__x86_64__)
	capgate_out_string(&out,
			   CHOOSE("", ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]",
				  ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X32\"]",
				  ",\"architectures\":[\"SCMP_ARCH_X86\"]",
				  ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\","
				  "\"SCMP_ARCH_X32\"]"));
#endif
	capgate_out_string(&out, ",\"syscalls\":[");
	for (unsigned i = 0; i < entries; i++) {
		capgate_out_string(&out, i ? "," : "");
		add_entry(&out);
	}
	capgate_out_string(&out, "]}}}");
	MUST(out.len <= out.size);
	return (struct capgate_text){buf, out.len};
}

/* ---- What is told of the runtime's own calls ---------- */

/* What the kernel would have done, or an error that makes the runtime stop. */
static bool is_honest(uint32_t verdict, bool by_number)
{
	const uint32_t action = verdict & SECCOMP_RET_ACTION_FULL;
	const uint32_t error = verdict & SECCOMP_RET_DATA;

	return action != SECCOMP_RET_TRACE && action != SECCOMP_RET_USER_NOTIF &&
	       (action != SECCOMP_RET_ERRNO || (error != 0 && (error != EINVAL || !by_number)));
}

/* The calls by which a runtime drops capabilities and changes who it is. */
static void check_calls(const struct confine_filter *f, struct capgate_text text)
{
	static const struct {
		const char *name;
		bool by_number; /* EINVAL says that there is no such capability */
	} calls[] = {{"prctl", true},   {"capset", false},    {"capget", false},
		     {"setuid", false}, {"setresuid", false}, {"setgroups", false}};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		for (size_t k = 0; k < 2 * NSAMPLES; k++) {
			const uint32_t v =
				verdict(f, 0, seccomp_syscall_resolve_name(calls[i].name),
					k / NSAMPLES, samples[k % NSAMPLES]);

			ck_assert_msg(is_honest(v, calls[i].by_number), "%s is answered %#x: %.*s",
				      calls[i].name, v, (int)text.len, text.p);
		}
}

/* Under a policy that lets user namespaces be, too. */
static void check_pretended(struct capgate_text text)
{
	struct sock_filter program[PROGRAM_MAX];
	struct confine_filter filter;
	struct core c;

	core_init(&c, text.len * 4 + 8192);
	core_judge(&c, text, CAPGATE_CONFIG);
	MUST(c.report.parsed);
	if (c.report.verdict == CAPGATE_PASS && compile(text, program, &filter))
		check_calls(&filter, text);
	core_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char buf[16384];
	struct capgate_text text;

	choices = data;
	left = size < 256 ? size : 256;
	text = write_profile(buf, sizeof(buf));
	check_pretended(text);
	(void)try_profile(text, NULL);
	return 0;
}
