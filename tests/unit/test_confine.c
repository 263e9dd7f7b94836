/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system call filters that the program carries: they are what libseccomp makes of
 * the table, and an emulation of each agrees with the table for every call.
 */
#include "unit.h"

#define CONFINE_GENERATE
#define CONFINE_EVERY_FILTER
#include "filters.h"
#include "hook/confine/rules.c"

#include "filterrun.h"

#include <stdlib.h>
#include <string.h>

#define NDUTIES (CONFINE_MAPS + 1)

static const struct {
	uint32_t token, audit;
	const struct confine_filter *filters;
} architectures[] = {
	{SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, filters_x86_64},
	{SCMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64, filters_aarch64},
};

#define NARCHITECTURES (sizeof(architectures) / sizeof(*architectures))

START_TEST(the_built_in_filters_are_those_that_libseccomp_makes_here)
{
	struct sock_filter made[CONFINE_FILTER_MAX];
	size_t a = (size_t)_i / NDUTIES, duty = (size_t)_i % NDUTIES;
	const struct confine_filter *built_in = &architectures[a].filters[duty];
	int n = confine_rules_export(architectures[a].token, (enum confine_duty)duty, made);

	ck_assert_int_eq(n, (int)built_in->n);
	ck_assert_mem_eq(made, built_in->program, built_in->n * sizeof(*made));
}
END_TEST

/* ---- What the table says ----------------------------------------------------------- */

static bool compares(const struct scmp_arg_cmp *only, const uint64_t args[6])
{
	if (only->op == 0)
		return true;
	if (only->op == SCMP_CMP_EQ)
		return args[only->arg] == only->datum_a;
	ck_assert_int_eq(only->op, SCMP_CMP_MASKED_EQ);
	return (args[only->arg] & only->datum_a) == only->datum_b;
}

#define NROWS (sizeof(calls) / sizeof(*calls))

/* The rows of the table that name a call: by name, for the numbers of the table are
 * this machine's. */
static size_t rows_of(const char *name, const struct call *rows[NROWS])
{
	static char *names[NROWS];
	size_t n = 0;

	for (size_t i = 0; i < NROWS; i++) {
		if (!names[i])
			names[i] = seccomp_syscall_resolve_num_arch(seccomp_arch_native(),
								    calls[i].number);
		if (names[i] && strcmp(names[i], name) == 0)
			rows[n++] = &calls[i];
	}
	return n;
}

static uint32_t expected(enum confine_duty duty, const char *name, const uint64_t args[6],
			 const struct call *const *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++)
		if (rows[i]->duties & 1u << duty && compares(&rows[i]->only, args))
			return SECCOMP_RET_ALLOW;
	if (1u << duty & LINTS && strcmp(name, "tgkill") == 0 && args[0] == CONFINE_PID_PLACEHOLDER)
		return SECCOMP_RET_ALLOW;
	if (1u << duty & CHECKS && strcmp(name, "clone3") == 0)
		return SECCOMP_RET_ERRNO | ENOSYS;
	return SECCOMP_RET_KILL_PROCESS;
}

/* ---- Every call, with arguments on both sides of every comparison ------------------- */

static const uint64_t samples[] = {
	0,
	1,
	2,
	3,
	O_CREAT,
	O_TRUNC,
	O_APPEND | O_CLOEXEC,
	PROT_EXEC,
	CLONE_THREAD,
	F_GETFL,
	F_SETFD,
	F_DUPFD_CLOEXEC,
	NS_GET_PARENT,
	TCGETS,
	TIOCGWINSZ,
	PR_SET_NO_NEW_PRIVS,
	PR_CAPBSET_DROP,
	PR_CAP_AMBIENT,
	PR_SET_DUMPABLE,
	CONFINE_PID_PLACEHOLDER,
	CONFINE_PID_PLACEHOLDER + 1,
	UINT64_C(1) << 32,
	UINT64_C(1) << 32 | CONFINE_PID_PLACEHOLDER,
	UINT64_C(1) << 32 | F_GETFL,
	~UINT64_C(0),
};

/* Beyond the last call of either architecture. */
#define CALLS_END 512

static void try_call(size_t a, enum confine_duty duty, int nr, const char *name)
{
	struct seccomp_data data = {.nr = nr, .arch = architectures[a].audit};
	const struct call *rows[NROWS];
	size_t n_rows = rows_of(name, rows);

	for (size_t arg = 0; arg < 6; arg++)
		for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
			uint64_t args[6] = {0};
			uint32_t verdict;

			args[arg] = samples[i];
			memcpy(data.args, args, sizeof(args));
			verdict = filter_run(&architectures[a].filters[duty], &data);
			if (verdict != expected(duty, name, args, rows, n_rows))
				ck_abort_msg("duty %d, %s, argument %zu = %#llx: %#x", (int)duty,
					     name, arg, (unsigned long long)samples[i], verdict);
		}
}

START_TEST(each_filter_allows_what_the_table_lists_and_nothing_else)
{
	size_t a = (size_t)_i / NDUTIES;
	enum confine_duty duty = (enum confine_duty)((size_t)_i % NDUTIES);

	for (int nr = 0; nr < CALLS_END; nr++) {
		char *name = seccomp_syscall_resolve_num_arch(architectures[a].token, nr);

		try_call(a, duty, nr, name ? name : "");
		free(name);
	}
}
END_TEST

/* An address would be that of any socket of the machine. */
START_TEST(a_confined_process_sends_only_to_whom_its_socket_is_connected)
{
	size_t a = (size_t)_i / NDUTIES, duty = (size_t)_i % NDUTIES;
	uint32_t arch = architectures[a].token;
	struct seccomp_data data = {.nr = seccomp_syscall_resolve_name_arch(arch, "sendto"),
				    .arch = architectures[a].audit};
	const struct confine_filter *filter = &architectures[a].filters[duty];

	ck_assert_uint_eq(filter_run(filter, &data), SECCOMP_RET_ALLOW);
	data.args[4] = 0x7fff0000;
	ck_assert_uint_eq(filter_run(filter, &data), SECCOMP_RET_KILL_PROCESS);
	data.args[4] = 0;
	data.nr = seccomp_syscall_resolve_name_arch(arch, "sendmsg");
	ck_assert_uint_eq(filter_run(filter, &data), SECCOMP_RET_KILL_PROCESS);
	data.nr = seccomp_syscall_resolve_name_arch(arch, "sendmmsg");
	ck_assert_uint_eq(filter_run(filter, &data), SECCOMP_RET_KILL_PROCESS);
}
END_TEST

static bool kills(uint32_t verdict)
{
	return verdict == SECCOMP_RET_KILL_PROCESS || verdict == SECCOMP_RET_KILL_THREAD;
}

START_TEST(calls_of_other_architectures_end_the_process)
{
	static const uint32_t others[] = {AUDIT_ARCH_I386, AUDIT_ARCH_X86_64, AUDIT_ARCH_ARM,
					  AUDIT_ARCH_AARCH64, 0};
	size_t a = (size_t)_i / NDUTIES, duty = (size_t)_i % NDUTIES;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		for (int nr = 0; nr < CALLS_END; nr++) {
			const struct seccomp_data data = {.nr = nr, .arch = others[i]};
			uint32_t verdict = filter_run(&architectures[a].filters[duty], &data);

			if (others[i] != architectures[a].audit && !kills(verdict))
				ck_abort_msg("architecture %#x, call %d: %#x", others[i], nr,
					     verdict);
		}
}
END_TEST

START_TEST(calls_of_the_x32_table_end_the_process)
{
	enum { X32 = 0x40000000 };

	for (int nr = 0; nr < CALLS_END; nr++) {
		const struct seccomp_data data = {.nr = X32 | nr, .arch = AUDIT_ARCH_X86_64};
		uint32_t verdict = filter_run(&filters_x86_64[_i], &data);

		ck_assert(verdict == SECCOMP_RET_KILL_PROCESS ||
			  verdict == SECCOMP_RET_KILL_THREAD);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("confine");
	TCase *t = tcase_create("filters");

	tcase_add_loop_test(t, the_built_in_filters_are_those_that_libseccomp_makes_here, 0,
			    NARCHITECTURES * NDUTIES);
	tcase_add_loop_test(t, each_filter_allows_what_the_table_lists_and_nothing_else, 0,
			    NARCHITECTURES * NDUTIES);
	tcase_add_loop_test(t, calls_of_other_architectures_end_the_process, 0,
			    NARCHITECTURES * NDUTIES);
	tcase_add_loop_test(t, a_confined_process_sends_only_to_whom_its_socket_is_connected, 0,
			    NARCHITECTURES * NDUTIES);
	tcase_add_loop_test(t, calls_of_the_x32_table_end_the_process, 0, NDUTIES);
	suite_add_tcase(s, t);
	return s;
}
