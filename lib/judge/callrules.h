/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a seccomp profile that name a call with which a process makes or enters a
 * user namespace, with the places of their parts in the text.
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

struct capgate_named_call {
	struct capgate_span at;
	unsigned call; /* its bit; 0: it does not matter */
};

/* An entry of "syscalls". */
struct capgate_call_rule {
	struct capgate_span at;
	struct capgate_named_call *names;
	size_t n_names, names_room;
	unsigned calls; /* of those that matter */
	unsigned cut;   /* which of them leave */
	struct capgate_text action;
	struct capgate_seccomp_errno errno_ret;
	size_t n_args;
	struct capgate_seccomp_arg arg; /* the last one */
	struct capgate_span value_at;
};

struct capgate_call_rules {
	struct capgate_arena *arena;
	struct capgate_span *places; /* of all entries */
	size_t n_places, places_room;
	struct capgate_call_rule *entries; /* those that name a call that matters */
	size_t n, room;
	size_t *index; /* of each of them among the places */
	size_t index_room;
	struct capgate_call_rule now;
	bool has_syscalls; /* an array */
	struct capgate_span syscalls;
	size_t base; /* of the profile in the whole text */
};

/* Reads the profile of the specification once more; arena and base of *p are set.  All
 * places are those in the whole text.  Fails only for memory. */
int capgate_call_rules_read(const struct capgate_spec *spec,
			    struct capgate_call_rules *p) CAPGATE_MUST;

/* Does the rule name those calls, and no others? */
bool capgate_names_only(const struct capgate_call_rule *e, unsigned calls);

#endif
