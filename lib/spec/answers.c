/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the calls that a filter may answer with a lie, instead of the kernel. */
#include "filter.h"

#include <errno.h>

#define SECCOMP_DATA_MASK 0xffffu /* the errno in a filter's verdict (linux/seccomp.h) */

/* Does this answer mislead a runtime?  EINVAL does, except for the calls that change the user,
 * where runtimes report it. */
static bool misleads(uint64_t error, enum capgate_call call)
{
	error &= SECCOMP_DATA_MASK;
	return error == 0 || (error == EINVAL && call < CAPGATE_CALL_SETUID);
}

/* ---- linux.seccomp ------------------------------------------------------------ */

#define IDENTITY ((1u << (CAPGATE_CALL_SETGROUPS32 + 1)) - (1u << CAPGATE_CALL_SETUID))
#define DROPPING ((1u << CAPGATE_CALL_SETUID) - 1)
#define ALL_CALLS ((1u << CAPGATE_NCALLS) - 1)

/* The calls that an action may answer with a lie. */
static unsigned misled_by(struct capgate_text action, const struct capgate_seccomp_errno *ret,
			  unsigned calls)
{
	switch (capgate_effect_of(action)) {
	case CAPGATE_EFFECT_ANSWERS: /* EPERM if errnoRet is absent */
		if (!ret->given)
			return 0;
		if (!ret->well_formed)
			return calls;
		return (misleads(ret->value, CAPGATE_CALL_CAPSET) ? calls & DROPPING : 0) |
		       (misleads(ret->value, CAPGATE_CALL_SETUID) ? calls & ~DROPPING : 0);
	case CAPGATE_EFFECT_ASKS:
		return calls;
	default:
		return 0;
	}
}

/* Does the kernel execute the call, or does the runtime end? */
static bool is_plain(struct capgate_text action)
{
	const enum capgate_effect effect = capgate_effect_of(action);

	return effect == CAPGATE_EFFECT_RUNS || effect == CAPGATE_EFFECT_ENDS;
}

/*
 * The default action does not apply to a call that has its own rule. libseccomp prefers a rule
 * without comparisons to those with, in any order.  A rule with the default action does not
 * count, because runtimes ignore it.
 */
unsigned capgate_calls_pretended(const struct capgate_seccomp *s)
{
	unsigned own = 0, lies = 0;
	const unsigned by_default = misled_by(s->default_action, &s->default_errno_ret, ALL_CALLS);

	for (size_t i = 0; i < s->n_rules; i++) {
		const struct capgate_seccomp_rule *rule = &s->rules[i];

		lies |= misled_by(rule->action, &rule->errno_ret, rule->calls);
		if (by_default && rule->n_args == 0 && is_plain(rule->action))
			own |= rule->calls;
	}
	return lies | (by_default & ~own);
}

struct capgate_span capgate_pretended_at(const struct capgate_seccomp *s, enum capgate_call call)
{
	for (size_t i = 0; i < s->n_rules; i++)
		if (misled_by(s->rules[i].action, &s->rules[i].errno_ret, s->rules[i].calls) >>
			    call &
		    1)
			return s->rules[i].at;
	return s->at;
}

/* ---- A filter as bytes ----------------------------------------------------------- */

bool capgate_verdict_misleads(uint32_t verdict, enum capgate_call call)
{
	switch (verdict & ~SECCOMP_DATA_MASK) {
	case 0x7fff0000u: /* SECCOMP_RET_ALLOW */
	case 0x7ffc0000u: /* LOG */
	case 0x80000000u: /* KILL_PROCESS */
	case 0x00000000u: /* KILL_THREAD */
	case 0x00030000u: /* TRAP */
		return false;
	case 0x00050000u: /* ERRNO */
		return misleads(verdict, call);
	default: /* TRACE, USER_NOTIF, unknown actions */
		return true;
	}
}

/* The value of a digit of base64 (RFC 4648), or -1. */
static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Does an instruction (struct sock_filter of linux/filter.h) mislead?  This reads little-endian
 * ones.  On another machine code and k are unknown values, which count as misleading. */
static bool instruction_misleads(const unsigned char b[8])
{
	enum { CLASS = 0x07, RETURN = 0x06, RETURN_K = 0x06 };
	const uint32_t code = b[0] | (uint32_t)b[1] << 8;
	const uint32_t k = b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24;

	if ((code & CLASS) != RETURN)
		return false;
	if (code != RETURN_K)
		return true; /* it returns the accumulator, so any verdict */
	return capgate_verdict_misleads(k, CAPGATE_CALL_CAPSET); /* for any call */
}

/* Others may read anything but strict base64 of whole instructions differently. */
bool capgate_bpf_misleads(struct capgate_text base64)
{
	unsigned char instruction[8];
	size_t filled = 0, pad = 0;
	uint32_t bits = 0;
	unsigned n_bits = 0;

	while (pad < 2 && pad < base64.len && base64.p[base64.len - 1 - pad] == '=')
		pad++;
	if (base64.len % 4 != 0)
		return true;
	for (size_t i = 0; i < base64.len - pad; i++) {
		int digit = sextet(base64.p[i]);

		if (digit < 0)
			return true;
		bits = bits << 6 | (uint32_t)digit;
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		instruction[filled++] = (unsigned char)(bits >> n_bits);
		if (filled == sizeof(instruction)) {
			if (instruction_misleads(instruction))
				return true;
			filled = 0;
		}
	}
	return filled != 0;
}

/* ---- Who the process is ------------------------------------------------------------- */

bool capgate_identity_is_pretended(const struct capgate_spec *spec)
{
	if (spec->seccomp.presence == CAPGATE_PRESENT &&
	    capgate_calls_pretended(&spec->seccomp) & IDENTITY)
		return true;
	for (size_t i = 0; i < spec->n_annotations; i++)
		if (capgate_text_is(spec->annotations[i].key, CAPGATE_BPF_ANNOTATION) &&
		    capgate_bpf_misleads(spec->annotations[i].value))
			return true;
	return false;
}
