/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile names hundreds of system calls, and a few of them decide something.
 * A rule keeps which of those it names, not the names: reading it needs no memory
 * for them, and asking about it no comparison of text.
 */
#include "filter.h"
#include "lib/base/base.h"

#include <string.h>

#define CALL(name) \
	{ \
		name, sizeof(name) - 1 \
	}

static const struct {
	char name[12];
	unsigned char len;
} calls[CAPGATE_NCALLS] = {
	[CAPGATE_CALL_CAPSET] = CALL("capset"),
	[CAPGATE_CALL_CAPGET] = CALL("capget"),
	[CAPGATE_CALL_PRCTL] = CALL("prctl"),
	[CAPGATE_CALL_OPEN] = CALL("open"),
	[CAPGATE_CALL_OPENAT] = CALL("openat"),
	[CAPGATE_CALL_OPENAT2] = CALL("openat2"),
	[CAPGATE_CALL_SETUID] = CALL("setuid"),
	[CAPGATE_CALL_SETUID32] = CALL("setuid32"),
	[CAPGATE_CALL_SETREUID] = CALL("setreuid"),
	[CAPGATE_CALL_SETREUID32] = CALL("setreuid32"),
	[CAPGATE_CALL_SETRESUID] = CALL("setresuid"),
	[CAPGATE_CALL_SETRESUID32] = CALL("setresuid32"),
	[CAPGATE_CALL_SETFSUID] = CALL("setfsuid"),
	[CAPGATE_CALL_SETFSUID32] = CALL("setfsuid32"),
	[CAPGATE_CALL_SETGID] = CALL("setgid"),
	[CAPGATE_CALL_SETGID32] = CALL("setgid32"),
	[CAPGATE_CALL_SETREGID] = CALL("setregid"),
	[CAPGATE_CALL_SETREGID32] = CALL("setregid32"),
	[CAPGATE_CALL_SETRESGID] = CALL("setresgid"),
	[CAPGATE_CALL_SETRESGID32] = CALL("setresgid32"),
	[CAPGATE_CALL_SETFSGID] = CALL("setfsgid"),
	[CAPGATE_CALL_SETFSGID32] = CALL("setfsgid32"),
	[CAPGATE_CALL_SETGROUPS] = CALL("setgroups"),
	[CAPGATE_CALL_SETGROUPS32] = CALL("setgroups32"),
	[CAPGATE_CALL_UNSHARE] = CALL("unshare"),
	[CAPGATE_CALL_CLONE] = CALL("clone"),
	[CAPGATE_CALL_CLONE3] = CALL("clone3"),
	[CAPGATE_CALL_SETNS] = CALL("setns"),
};

#define BIT(call) (1u << CAPGATE_CALL_##call)

/* The calls whose names begin so: most of the hundreds that a profile names begin like
 * none of them, and are compared with none. */
static unsigned beginning_like(const char *name)
{
	const unsigned c = BIT(CAPSET) | BIT(CAPGET) | BIT(CLONE) | BIT(CLONE3),
		       o = BIT(OPEN) | BIT(OPENAT) | BIT(OPENAT2);

	switch (name[0]) {
	case 'c':
		return c;
	case 'o':
		return o;
	case 'p':
		return BIT(PRCTL);
	case 'u':
		return BIT(UNSHARE);
	case 's':
		return name[1] == 'e' && name[2] == 't'
			       ? (1u << CAPGATE_NCALLS) - 1 - (c | o | BIT(PRCTL) | BIT(UNSHARE))
			       : 0;
	default:
		return 0;
	}
}

unsigned capgate_call_bit(struct capgate_text name)
{
	if (name.len < 4 || name.len > 11)
		return 0;
	for (unsigned left = beginning_like(name.p); left; left &= left - 1) {
		const unsigned c = (unsigned)__builtin_ctz(left);

		if (calls[c].len == name.len && memcmp(calls[c].name, name.p, name.len) == 0)
			return 1u << c;
	}
	return 0;
}

const char *capgate_call_name(enum capgate_call call)
{
	return calls[call].name;
}

static const struct {
	const char *word;
	enum capgate_effect effect;
} actions[] = {
	{"SCMP_ACT_ALLOW", CAPGATE_EFFECT_RUNS},
	{"SCMP_ACT_LOG", CAPGATE_EFFECT_RUNS},
	{"SCMP_ACT_KILL", CAPGATE_EFFECT_ENDS},
	{"SCMP_ACT_KILL_PROCESS", CAPGATE_EFFECT_ENDS},
	{"SCMP_ACT_KILL_THREAD", CAPGATE_EFFECT_ENDS},
	{"SCMP_ACT_TRAP", CAPGATE_EFFECT_ENDS},
	{"SCMP_ACT_ERRNO", CAPGATE_EFFECT_ANSWERS},
};

enum capgate_effect capgate_effect_of(struct capgate_text action)
{
	if (action.len == 0)
		return CAPGATE_EFFECT_NONE;
	for (size_t i = 0; i < COUNT(actions); i++)
		if (capgate_text_is(action, actions[i].word))
			return actions[i].effect;
	return CAPGATE_EFFECT_ASKS;
}
