/* SPDX-License-Identifier: Apache-2.0 */
/* What newuser.c and pretend.c need to know about a seccomp profile. */
#ifndef CAPGATE_FILTER_H
#define CAPGATE_FILTER_H

#include "capgate.h"

/* crun uses this filter, base64 of struct sock_filter[], instead of linux.seccomp. */
#define CAPGATE_BPF_ANNOTATION "run.oci.seccomp_bpf_data"

/* The bit of the call with this name, among those that begin with its letter; or 0. */
unsigned capgate_call_bit_among(unsigned beginning_like, struct capgate_text name);

#define CAPGATE_CALL_MASK(call) (1u << CAPGATE_CALL_##call)
#define CAPGATE_CALLS_C \
	(CAPGATE_CALL_MASK(CAPSET) | CAPGATE_CALL_MASK(CAPGET) | CAPGATE_CALL_MASK(CLONE) | \
	 CAPGATE_CALL_MASK(CLONE3))
#define CAPGATE_CALLS_O \
	(CAPGATE_CALL_MASK(OPEN) | CAPGATE_CALL_MASK(OPENAT) | CAPGATE_CALL_MASK(OPENAT2))
#define CAPGATE_CALLS_SET \
	((1u << CAPGATE_NCALLS) - 1 - \
	 (CAPGATE_CALLS_C | CAPGATE_CALLS_O | CAPGATE_CALL_MASK(PRCTL) | \
	  CAPGATE_CALL_MASK(UNSHARE)))

/*
 * The bit of the call with this name; 0 if rules about it do not matter here.  This is called
 * for each of the hundreds of names in a profile.  Most begin with other letters than our
 * calls, so they are not compared at all.
 */
static inline unsigned capgate_call_bit(struct capgate_text name)
{
	if (name.len < 4 || name.len > 11)
		return 0;
	switch (name.p[0]) {
	case 's':
		return name.p[1] == 'e' && name.p[2] == 't'
			       ? capgate_call_bit_among(CAPGATE_CALLS_SET, name)
			       : 0;
	case 'c':
		return capgate_call_bit_among(CAPGATE_CALLS_C, name);
	case 'o':
		return capgate_call_bit_among(CAPGATE_CALLS_O, name);
	case 'p':
		return capgate_call_bit_among(CAPGATE_CALL_MASK(PRCTL), name);
	case 'u':
		return capgate_call_bit_among(CAPGATE_CALL_MASK(UNSHARE), name);
	default:
		return 0;
	}
}

/* The calls that make or enter a user namespace. */
#define CAPGATE_CALLS_USERNS \
	(CAPGATE_CALL_MASK(UNSHARE) | CAPGATE_CALL_MASK(CLONE) | CAPGATE_CALL_MASK(CLONE3) | \
	 CAPGATE_CALL_MASK(SETNS))

const char *capgate_call_name(enum capgate_call call);

static inline bool capgate_rule_names(const struct capgate_seccomp_rule *rule,
				      enum capgate_call call)
{
	return rule->calls >> call & 1;
}

/* What an action does with a call: seccomp(2). */
enum capgate_effect {
	CAPGATE_EFFECT_NONE,    /* there is no action */
	CAPGATE_EFFECT_RUNS,    /* ALLOW, LOG: the kernel executes it */
	CAPGATE_EFFECT_ENDS,    /* KILL..., TRAP: the process ends */
	CAPGATE_EFFECT_ANSWERS, /* ERRNO: an answer instead of the kernel */
	CAPGATE_EFFECT_ASKS,    /* NOTIFY, TRACE, unknown words: another process may answer */
};

enum capgate_effect capgate_effect_of(struct capgate_text action);
/* Do runtimes treat the two actions as the same?  KILL is an older name of KILL_THREAD. */
bool capgate_action_same(struct capgate_text a, struct capgate_text b);

/* Is the call never executed?  A tracer may let the call run after SCMP_ACT_TRACE. */
static inline bool capgate_action_denies(struct capgate_text action)
{
	const enum capgate_effect effect = capgate_effect_of(action);

	return effect == CAPGATE_EFFECT_ENDS || effect == CAPGATE_EFFECT_ANSWERS;
}

/* The calls, as bits, that the profile may answer with a lie. */
unsigned capgate_calls_pretended(const struct capgate_seccomp *profile);
/* The place that does so: a rule, or the profile for its default action. */
struct capgate_span capgate_pretended_at(const struct capgate_seccomp *profile,
					 enum capgate_call call);
/* The same for crun's filter in an annotation, for any call. */
bool capgate_bpf_misleads(struct capgate_text base64);
/* Is this verdict of a compiled filter (SECCOMP_RET_..., with its errno) a lie for the call? */
bool capgate_verdict_misleads(uint32_t verdict, enum capgate_call call);
/*
 * The calls, as bits, that a compiled filter (struct sock_filter[] of linux/filter.h) may
 * answer with a lie, for calls of this machine's architecture.  All bits if the kernel would
 * not accept the filter, if libseccomp does not write such filters, or without memory.
 */
unsigned capgate_program_pretends(struct capgate_text program, struct capgate_arena *arena);
/* May a filter answer the calls that change the user, so that the process keeps the user of the
 * runtime? */
bool capgate_identity_is_pretended(const struct capgate_spec *spec);

#endif
