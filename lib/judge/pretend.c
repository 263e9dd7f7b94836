/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Without no_new_privs a runtime must load the seccomp filter before it drops
 * capabilities, and so drops them under that filter.  A filter that answers
 * capset or prctl(PR_CAPBSET_DROP) with "success" keeps the kernel from ever
 * seeing the call.  EINVAL does it too: to a runtime it means that the kernel
 * does not know the capability.  Seen with runc 1.1.5 and crun 1.8.1: five
 * empty sets, and a container that holds all of the runtime's.
 */
#include "pretend.h"

#include <errno.h>

#include "lib/spec/spec.h"

/* The calls that the dropping is made of.  openat: newer versions of runc read
 * the number of the last capability, and "success" is descriptor 0, the
 * container's own standard input. */
static const enum capgate_call dropping[] = {CAPGATE_CALL_CAPSET, CAPGATE_CALL_CAPGET,
					     CAPGATE_CALL_PRCTL, CAPGATE_CALL_OPENAT};

#define SECCOMP_DATA_MASK 0xffffu /* of the errno in a filter's verdict: linux/seccomp.h */

static bool misleads(uint64_t error)
{
	error &= SECCOMP_DATA_MASK;
	return error == 0 || error == EINVAL;
}

/* ---- linux.seccomp ------------------------------------------------------------ */

/* What the kernel does itself, or what the runtime does not survive. */
static bool is_plain(struct capgate_text action)
{
	static const char *const words[] = {"SCMP_ACT_ALLOW",
					    "SCMP_ACT_LOG",
					    "SCMP_ACT_KILL",
					    "SCMP_ACT_KILL_PROCESS",
					    "SCMP_ACT_KILL_THREAD",
					    "SCMP_ACT_TRAP",
					    NULL};

	return capgate_action_is_among(action, words);
}

/* Anything else (SCMP_ACT_NOTIFY, SCMP_ACT_TRACE, words unknown) lets somebody
 * else answer. */
static bool may_mislead(struct capgate_text action, const struct capgate_seccomp_errno *ret)
{
	if (capgate_text_is(action, "SCMP_ACT_ERRNO"))
		return ret->given &&
		       (!ret->well_formed || misleads(ret->value)); /* EPERM when it is absent */
	return action.len > 0 && !is_plain(action);
}

static const struct capgate_seccomp_rule *misleading_rule(const struct capgate_seccomp *s,
							  enum capgate_call call)
{
	for (size_t i = 0; i < s->n_rules; i++)
		if (capgate_rule_names(&s->rules[i], call) &&
		    may_mislead(s->rules[i].action, &s->rules[i].errno_ret))
			return &s->rules[i];
	return NULL;
}

/* Has the default action nothing to say about it?  libseccomp prefers a rule
 * without comparisons to those with, in any order.  A rule that is like the
 * default one does not count: runtimes leave such out. */
static bool has_rule_of_its_own(const struct capgate_seccomp *s, enum capgate_call call)
{
	for (size_t i = 0; i < s->n_rules; i++)
		if (capgate_rule_names(&s->rules[i], call) && s->rules[i].n_args == 0 &&
		    is_plain(s->rules[i].action))
			return true;
	return false;
}

static int find_in_profile(const struct capgate_seccomp *s, struct capgate_findings *f)
{
	for (size_t i = 0; i < sizeof(dropping) / sizeof(dropping[0]); i++) {
		const struct capgate_seccomp_rule *rule = misleading_rule(s, dropping[i]);
		bool by_default = may_mislead(s->default_action, &s->default_errno_ret) &&
				  !has_rule_of_its_own(s, dropping[i]);

		if ((rule || by_default) &&
		    capgate_findings_add(f, (struct capgate_finding){
						    .rule = CAPGATE_RULE_DROP_PRETENDED,
						    .set = -1,
						    .cap = -1,
						    .at = rule ? rule->at : s->at,
						    .subject = capgate_text_of(
							    capgate_call_name(dropping[i]))}) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

/* ---- A filter as bytes ----------------------------------------------------------- */

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

/* One instruction: struct sock_filter of linux/filter.h, on a little-endian
 * machine; on another one code and k come out as nothing known, and mislead. */
static bool instruction_misleads(const unsigned char b[8])
{
	enum { CLASS = 0x07, RETURN = 0x06, RETURN_K = 0x06 };
	const uint32_t code = b[0] | (uint32_t)b[1] << 8;
	const uint32_t k = b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24;

	if ((code & CLASS) != RETURN)
		return false;
	if (code != RETURN_K)
		return true; /* the accumulator: any verdict */
	switch (k & ~SECCOMP_DATA_MASK) {
	case 0x7fff0000u: /* SECCOMP_RET_ALLOW */
	case 0x7ffc0000u: /* LOG */
	case 0x80000000u: /* KILL_PROCESS */
	case 0x00000000u: /* KILL_THREAD */
	case 0x00030000u: /* TRAP */
		return false;
	case 0x00050000u: /* ERRNO */
		return misleads(k);
	default: /* TRACE, USER_NOTIF, what is not known */
		return true;
	}
}

/* Anything but strict base64 of whole instructions may be read in another way
 * than here. */
static bool filter_misleads(struct capgate_text base64)
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

static int find_in_annotations(const struct capgate_spec *spec, struct capgate_findings *f)
{
	for (size_t i = 0; i < spec->n_annotations; i++) {
		const struct capgate_pair *a = &spec->annotations[i];

		if (capgate_text_is(a->key, CAPGATE_BPF_ANNOTATION) && filter_misleads(a->value) &&
		    capgate_findings_add(
			    f, (struct capgate_finding){.rule = CAPGATE_RULE_DROP_PRETENDED,
							.set = -1,
							.cap = -1,
							.at = a->at,
							.subject = a->key}) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

int capgate_find_pretence(const struct capgate_spec *spec, struct capgate_findings *findings)
{
	if (spec->seccomp.presence == CAPGATE_PRESENT &&
	    find_in_profile(&spec->seccomp, findings) < 0)
		return CAPGATE_ENOMEM;
	return find_in_annotations(spec, findings);
}
