/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a seccomp profile that name a call with which a process makes or enters a
 * user namespace.
 */
#ifndef CAPGATE_CALLRULES_H
#define CAPGATE_CALLRULES_H

#include "lib/spec/spec.h"

/* The calls that matter, as bits of a rule. */
#define UNSHARE (1u << CAPGATE_CALL_UNSHARE)
#define CLONE (1u << CAPGATE_CALL_CLONE)
#define CLONE3 (1u << CAPGATE_CALL_CLONE3)
#define SETNS (1u << CAPGATE_CALL_SETNS)
#define BY_FLAG (UNSHARE | CLONE)
#define WHOLE (CLONE3 | SETNS)

/* An entry of "syscalls". */
struct capgate_call_rule {
	struct capgate_span at;
	const struct capgate_seccomp_name *names; /* the names of calls that matter */
	size_t n_names;
	size_t n_others; /* the number of other names */
	unsigned calls;  /* the calls that matter */
	unsigned cut;    /* those that are removed */
	struct capgate_text action;
	struct capgate_seccomp_errno errno_ret;
	size_t n_args;
	struct capgate_seccomp_arg arg; /* the last comparison */
};

struct capgate_call_rules {
	struct capgate_call_rule *entries; /* in the order of the text */
	size_t n;
};

/* Finds the rules of the profile that name such a call, in the arena.  Fails only for memory. */
int capgate_call_rules_find(const struct capgate_seccomp *profile, struct capgate_arena *arena,
			    struct capgate_call_rules *ret) CAPGATE_MUST;

/* Does the rule name those calls, and no others? */
bool capgate_names_only(const struct capgate_call_rule *e, unsigned calls);

#endif
