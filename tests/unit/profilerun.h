/* SPDX-License-Identifier: Apache-2.0 */
/* A seccomp profile, compiled as runc and crun do, and every call tried against it. */
#ifndef PROFILERUN_H
#define PROFILERUN_H

#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

#include "filterrun.h"
#include "core.h"

#define FLAG 0x10000000u /* CLONE_NEWUSER */
/* An engine's profile makes some thousand instructions. */
#define PROGRAM_MAX 4096

/* ---- A profile, compiled as runtimes do ---------- */

static inline const char *text_of(yajl_val object, const char *name)
{
	const char *path[] = {name, NULL};
	yajl_val v = yajl_tree_get(object, path, yajl_t_string);

	return v ? YAJL_GET_STRING(v) : NULL;
}

static inline uint64_t number_of(yajl_val object, const char *name, uint64_t otherwise)
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
	static const struct {
		const char *name;
		uint32_t action;
	} actions[] = {
		{"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
		{"SCMP_ACT_LOG", SCMP_ACT_LOG},
		{"SCMP_ACT_KILL", SCMP_ACT_KILL},
		{"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
		{"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
		{"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
		{"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY},
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(action, actions[i].name) == 0)
			return actions[i].action;
	if (strcmp(action, "SCMP_ACT_TRACE") == 0)
		return SCMP_ACT_TRACE(error);
	ck_assert_str_eq(action, "SCMP_ACT_ERRNO");
	return SCMP_ACT_ERRNO(error);
}

static enum scmp_compare comparison_of(const char *op)
{
	static const char *const ops[] = {
		[SCMP_CMP_NE] = "SCMP_CMP_NE", [SCMP_CMP_LT] = "SCMP_CMP_LT",
		[SCMP_CMP_LE] = "SCMP_CMP_LE", [SCMP_CMP_EQ] = "SCMP_CMP_EQ",
		[SCMP_CMP_GE] = "SCMP_CMP_GE", [SCMP_CMP_GT] = "SCMP_CMP_GT",
	};

	for (int i = SCMP_CMP_NE; i <= SCMP_CMP_GT; i++)
		if (strcmp(op, ops[i]) == 0)
			return (enum scmp_compare)i;
	ck_assert_str_eq(op, "SCMP_CMP_MASKED_EQ");
	return SCMP_CMP_MASKED_EQ;
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
		unsigned index = (unsigned)number_of(a, "index", 0);

		repeated |= seen[index];
		seen[index] = true;
		all[n++] = (struct scmp_arg_cmp){
			.arg = index,
			.op = comparison_of(text_of(a, "op")),
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
static bool compile(struct capgate_text text, struct sock_filter program[PROGRAM_MAX],
		    struct confine_filter *ret)
{
	const char *path[] = {"linux", "seccomp", NULL};
	char copy[65536], error[256];
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

		seccomp_arch_add(ctx, strcmp(name, "SCMP_ARCH_X86") == 0   ? SCMP_ARCH_X86
				      : strcmp(name, "SCMP_ARCH_X32") == 0 ? SCMP_ARCH_X32
									   : seccomp_arch_native());
	}
	status = add_entries(ctx, profile, fallback);
	if (status == 0)
		ck_assert_int_eq(seccomp_export_bpf(ctx, fileno(file)), 0);
	rewind(file);
	*ret = (struct confine_filter){program,
				       fread(program, sizeof(*program), PROGRAM_MAX, file)};
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
	int first; /* of its numbers */
} machines[] = {
#if defined(__x86_64__)
	{SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, 0},
	{SCMP_ARCH_X86, AUDIT_ARCH_I386, 0},
	{SCMP_ARCH_X32, AUDIT_ARCH_X86_64, 0x40000000},
#else
	{SCMP_ARCH_NATIVE, 0, 0},
#endif
};

#define NMACHINES (sizeof(machines) / sizeof(machines[0]))

static uint32_t verdict(const struct confine_filter *f, size_t machine, int nr, size_t arg,
			uint64_t value)
{
	struct seccomp_data data = {.nr = machines[machine].first + nr,
				    .arch = machines[machine].audit};

	data.args[arg] = value;
	return filter_run(f, &data);
}

static bool runs(uint32_t verdict)
{
	const uint32_t action = verdict & SECCOMP_RET_ACTION_FULL;

	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG ||
	       action == SECCOMP_RET_TRACE || action == SECCOMP_RET_USER_NOTIF;
}

enum { UNSHARE, CLONE, CLONE3, SETNS, NWAYS };

/* The ways to a user namespace, by number. */
static int number(size_t machine, int way)
{
	static const char *const names[NWAYS] = {"unshare", "clone", "clone3", "setns"};
	static int numbers[NMACHINES][NWAYS];

	if (numbers[machine][way] == 0)
		numbers[machine][way] =
			seccomp_syscall_resolve_name_arch(machines[machine].token, names[way]) -
			machines[machine].first;
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

/* libseccomp gives every call the default action where x32 is listed, a call that x86_64
 * does not have is named, and no rule without comparisons is left for one that it has.
 * Another rule may begin that, or end it: such profiles cannot be compared. */
static bool may_be_all_default(struct capgate_text text)
{
	return memmem(text.p, text.len, "X32", 3) && memmem(text.p, text.len, "\"socketcall\"", 12);
}

/* Nothing runs that did not, in the same way; what makes no namespace is as it was. */
static void compare(const struct confine_filter *before, const struct confine_filter *after,
		    struct capgate_text text)
{
	for (size_t m = 0; m < NMACHINES && !may_be_all_default(text); m++)
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
				ck_abort_msg("call %d, argument %zu = %#llx: %#x, then %#x: %.*s",
					     nr, arg, (unsigned long long)value, was, is,
					     (int)text.len, text.p);
			}
		}
}

/* ---- Judged, rewritten, compared ---------- */

enum outcome { NOT_STARTED, PASSED, SPLICED, REFUSED, NOUTCOMES };

/*
 * With user namespaces denied: what passes lets nobody make one, and neither does what is
 * rewritten, which lets nothing else run that did not.  *blocked, when it is asked for:
 * no call made one before.
 */
static inline enum outcome try_profile(struct capgate_text text, bool *blocked)
{
	struct sock_filter one[PROGRAM_MAX], two[PROGRAM_MAX];
	struct confine_filter before, after;
	struct core c;
	struct capgate_text out = text;
	enum outcome outcome = NOT_STARTED;

	core_init(&c, text.len * 4 + 8192);
	c.policy.user_namespaces = CAPGATE_USERNS_DENY;
	core_judge(&c, text, CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%.*s: %s", (int)text.len, text.p, c.report.error.msg);
	if (!compile(text, one, &before)) {
		core_release(&c);
		return outcome;
	}
	if (blocked)
		*blocked = is_blocked(&before);
	outcome = c.report.verdict == CAPGATE_PASS    ? PASSED
		  : c.report.verdict == CAPGATE_STRIP ? SPLICED
						      : REFUSED;
	ck_assert_msg(outcome != PASSED || is_blocked(&before), "%.*s", (int)text.len, text.p);
	if (outcome == SPLICED) {
		ck_assert_msg(
			capgate_rewrite(&c.spec, &c.report, &c.policy, &c.arena, &out, &c.err) == 0,
			"%.*s: %s", (int)text.len, text.p, c.err.msg);
		ck_assert_msg(compile(out, two, &after), "%.*s", (int)out.len, out.p);
		ck_assert_msg(is_blocked(&after), "%.*s", (int)out.len, out.p);
		compare(&before, &after, text);
	}
	core_release(&c);
	return outcome;
}

/* ---- Random numbers ---------- */

static uint32_t state;

static inline unsigned pick(unsigned n)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % n;
}

static inline const char *one_of(const char *const *words, unsigned n)
{
	return words[pick(n)];
}

#define ONE_OF(...) \
	one_of((const char *const[]){__VA_ARGS__}, \
	       sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

#endif
