/* SPDX-License-Identifier: Apache-2.0 */
/* What newuser.c and pretend.c ask of a seccomp profile. */
#ifndef CAPGATE_FILTER_H
#define CAPGATE_FILTER_H

#include "capgate.h"

/* crun: this filter, base64 of struct sock_filter[], in place of linux.seccomp. */
#define CAPGATE_BPF_ANNOTATION "run.oci.seccomp_bpf_data"

/* The bit of the call that has this name, or 0: no rule about it decides
 * anything here. */
unsigned capgate_call_bit(struct capgate_text name);
const char *capgate_call_name(enum capgate_call call);

static inline bool capgate_rule_names(const struct capgate_seccomp_rule *rule,
				      enum capgate_call call)
{
	return rule->calls >> call & 1;
}

/* What an action does with a call: seccomp(2). */
enum capgate_effect {
	CAPGATE_EFFECT_NONE,    /* there is no action */
	CAPGATE_EFFECT_RUNS,    /* ALLOW, LOG: the kernel does it */
	CAPGATE_EFFECT_ENDS,    /* KILL..., TRAP: the process does not go on */
	CAPGATE_EFFECT_ANSWERS, /* ERRNO: an answer in the kernel's place */
	CAPGATE_EFFECT_ASKS, /* NOTIFY, TRACE, words unknown: another process may answer */
};

enum capgate_effect capgate_effect_of(struct capgate_text action);

/* Is the call never done?  A tracer may let SCMP_ACT_TRACE run. */
static inline bool capgate_action_denies(struct capgate_text action)
{
	const enum capgate_effect effect = capgate_effect_of(action);

	return effect == CAPGATE_EFFECT_ENDS || effect == CAPGATE_EFFECT_ANSWERS;
}

/* May the profile answer this call with a lie?  *at is where, when it may. */
bool capgate_call_is_pretended(const struct capgate_seccomp *profile, enum capgate_call call,
			       struct capgate_span *at);
/* The same of crun's filter in an annotation, whatever the call is. */
bool capgate_bpf_misleads(struct capgate_text base64);
/* May a filter answer the calls that change who the process is, so that it stays
 * whom the runtime runs as? */
bool capgate_identity_is_pretended(const struct capgate_spec *spec);

#endif
