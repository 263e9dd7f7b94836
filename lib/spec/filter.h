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

/* Is the action one of these words, of which a NULL is the last? */
static inline bool capgate_action_is_among(struct capgate_text action, const char *const *words)
{
	for (; *words; words++)
		if (capgate_text_is(action, *words))
			return true;
	return false;
}

#endif
