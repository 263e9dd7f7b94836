/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interprets a compiled seccomp filter: finds the verdicts that a call can get, with any
 * arguments.  The number of the call and the architecture are known, the rest of struct
 * seccomp_data is not.  Classic BPF only jumps forward, so one pass over the instructions is
 * enough.
 */
#include "filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#include "lib/base/base.h"

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define NATIVE AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define NATIVE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define NATIVE AUDIT_ARCH_S390X
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE AUDIT_ARCH_PPC64LE
#endif

/* The numbers of the calls on this architecture. */
static const struct {
	enum capgate_call call;
	uint32_t number;
} natives[] = {
	{CAPGATE_CALL_CAPSET, SYS_capset},
	{CAPGATE_CALL_CAPGET, SYS_capget},
	{CAPGATE_CALL_PRCTL, SYS_prctl},
#ifdef SYS_open
	{CAPGATE_CALL_OPEN, SYS_open},
#endif
	{CAPGATE_CALL_OPENAT, SYS_openat},
	{CAPGATE_CALL_OPENAT2, SYS_openat2},
	{CAPGATE_CALL_SETUID, SYS_setuid},
	{CAPGATE_CALL_SETREUID, SYS_setreuid},
	{CAPGATE_CALL_SETRESUID, SYS_setresuid},
	{CAPGATE_CALL_SETFSUID, SYS_setfsuid},
	{CAPGATE_CALL_SETGID, SYS_setgid},
	{CAPGATE_CALL_SETREGID, SYS_setregid},
	{CAPGATE_CALL_SETRESGID, SYS_setresgid},
	{CAPGATE_CALL_SETFSGID, SYS_setfsgid},
	{CAPGATE_CALL_SETGROUPS, SYS_setgroups},
#ifdef SYS_setuid32
	{CAPGATE_CALL_SETUID32, SYS_setuid32},
	{CAPGATE_CALL_SETREUID32, SYS_setreuid32},
	{CAPGATE_CALL_SETRESUID32, SYS_setresuid32},
	{CAPGATE_CALL_SETFSUID32, SYS_setfsuid32},
	{CAPGATE_CALL_SETGID32, SYS_setgid32},
	{CAPGATE_CALL_SETREGID32, SYS_setregid32},
	{CAPGATE_CALL_SETRESGID32, SYS_setresgid32},
	{CAPGATE_CALL_SETFSGID32, SYS_setfsgid32},
	{CAPGATE_CALL_SETGROUPS32, SYS_setgroups32},
#endif
};

/* What is known before an instruction: can it be reached, and the accumulator. */
struct arrival {
	uint32_t a;
	bool reached, known;
};

struct walk {
	const char *program; /* struct sock_filter[], perhaps not aligned */
	size_t n;
	struct arrival *before; /* n elements */
	enum capgate_call call;
	uint32_t number;
};

static struct sock_filter instruction(const struct walk *w, size_t pc)
{
	struct sock_filter ret;

	memcpy(&ret, w->program + pc * sizeof(ret), sizeof(ret));
	return ret;
}

/* Notes that an instruction can be reached, possibly on several ways.  Returns false if it is
 * outside the program. */
static bool reach(struct walk *w, size_t pc, struct arrival from)
{
	struct arrival *to;

	if (pc >= w->n)
		return false;
	to = &w->before[pc];
	if (to->reached)
		from.known = from.known && to->known && from.a == to->a;
	*to = from;
	return true;
}

static struct arrival load(const struct walk *w, uint32_t offset)
{
	struct arrival ret = {0, true, false};

	if (offset == offsetof(struct seccomp_data, nr))
		ret = (struct arrival){w->number, true, true};
#ifdef NATIVE
	else if (offset == offsetof(struct seccomp_data, arch))
		ret = (struct arrival){NATIVE, true, true};
#endif
	return ret;
}

/* 1 if the condition is true, 0 if it is false, -1 if it can be both. */
static int holds(uint16_t code, struct arrival is, uint32_t k)
{
	if (!is.known)
		return -1;
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return is.a == k;
	case BPF_JGT:
		return is.a > k;
	case BPF_JGE:
		return is.a >= k;
	default:
		return (is.a & k) != 0;
	}
}

static bool jump(struct walk *w, size_t pc, struct sock_filter i)
{
	const struct arrival is = w->before[pc];
	const int condition = holds(i.code, is, i.k);

	return (condition == 0 || reach(w, pc + 1 + i.jt, is)) &&
	       (condition == 1 || reach(w, pc + 1 + i.jf, is));
}

/* Returns false if the verdict may be a lie, or if libseccomp does not write such instructions. */
static bool interpret(struct walk *w, size_t pc)
{
	const struct sock_filter i = instruction(w, pc);
	struct arrival is = w->before[pc];

	switch (i.code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return reach(w, pc + 1, load(w, i.k));
	case BPF_ALU | BPF_AND | BPF_K:
		is.a &= i.k;
		return reach(w, pc + 1, is);
	case BPF_JMP | BPF_JA:
		return i.k < w->n && reach(w, pc + 1 + i.k, is);
	case BPF_JMP | BPF_JEQ | BPF_K:
	case BPF_JMP | BPF_JGT | BPF_K:
	case BPF_JMP | BPF_JGE | BPF_K:
	case BPF_JMP | BPF_JSET | BPF_K:
		return jump(w, pc, i);
	case BPF_RET | BPF_K:
		return !capgate_verdict_misleads(i.k, w->call);
	default:
		return false;
	}
}

/* Does the program contain any verdict that is a lie?  Most do not, which needs no
 * interpretation. */
static bool returns_lies(const struct walk *w)
{
	for (size_t pc = 0; pc < w->n; pc++) {
		const struct sock_filter i = instruction(w, pc);

		if (BPF_CLASS(i.code) == BPF_RET &&
		    (i.code != (BPF_RET | BPF_K) ||
		     capgate_verdict_misleads(i.k, CAPGATE_CALL_CAPSET)))
			return true;
	}
	return false;
}

static bool is_honest(struct walk *w)
{
	memset(w->before, 0, w->n * sizeof(*w->before));
	w->before[0].reached = true;
	for (size_t pc = 0; pc < w->n; pc++)
		if (w->before[pc].reached && !interpret(w, pc))
			return false;
	return true;
}

unsigned capgate_program_pretends(struct capgate_text program, struct capgate_arena *arena)
{
	struct walk w = {.program = program.p, .n = program.len / sizeof(struct sock_filter)};
	unsigned ret = 0;

	if (program.len == 0)
		return 0;
	if (program.len % sizeof(struct sock_filter) || w.n > BPF_MAXINSNS)
		return ~0u;
	if (!returns_lies(&w))
		return 0;
	w.before = capgate_arena_alloc(arena, w.n * sizeof(*w.before));
	if (!w.before)
		return ~0u;
	for (size_t i = 0; i < COUNT(natives); i++) {
		w.call = natives[i].call;
		w.number = natives[i].number;
		if (!is_honest(&w))
			ret |= 1u << w.call;
	}
	return ret;
}

const char *capgate_seccomp_program_differs(const struct capgate_spec *config,
					    struct capgate_text program,
					    struct capgate_arena *arena)
{
	unsigned lies = capgate_program_pretends(program, arena);

	if (config->seccomp.presence == CAPGATE_PRESENT)
		lies &= ~capgate_calls_pretended(&config->seccomp);
	return lies ? capgate_call_name((enum capgate_call)__builtin_ctz(lies)) : NULL;
}
