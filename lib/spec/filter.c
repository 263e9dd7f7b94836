/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile names hundreds of system calls, of which a few matter.  A rule keeps a bit for each
 * of these instead of the names, so reading needs no memory for names, and later questions need
 * no comparison of text.
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

unsigned capgate_call_bit_among(unsigned left, struct capgate_text name)
{
	for (; left; left &= left - 1) {
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

#define PREFIX "SCMP_ACT_"

static const struct {
	const char *word; /* after the prefix */
	enum capgate_effect effect;
} actions[] = {
	{"ALLOW", CAPGATE_EFFECT_RUNS},       {"LOG", CAPGATE_EFFECT_RUNS},
	{"KILL", CAPGATE_EFFECT_ENDS},        {"KILL_PROCESS", CAPGATE_EFFECT_ENDS},
	{"KILL_THREAD", CAPGATE_EFFECT_ENDS}, {"TRAP", CAPGATE_EFFECT_ENDS},
	{"ERRNO", CAPGATE_EFFECT_ANSWERS},
};

enum capgate_effect capgate_effect_of(struct capgate_text action)
{
	static const size_t prefix = sizeof(PREFIX) - 1;

	if (action.len == 0)
		return CAPGATE_EFFECT_NONE;
	if (action.len <= prefix || memcmp(action.p, PREFIX, prefix) != 0)
		return CAPGATE_EFFECT_ASKS;
	action = (struct capgate_text){action.p + prefix, action.len - prefix};
	for (size_t i = 0; i < COUNT(actions); i++)
		if (actions[i].word[0] == action.p[0] && capgate_text_is(action, actions[i].word))
			return actions[i].effect;
	return CAPGATE_EFFECT_ASKS;
}

bool capgate_action_same(struct capgate_text a, struct capgate_text b)
{
	static const char *const thread[] = {PREFIX "KILL", PREFIX "KILL_THREAD"};

	if (capgate_text_equal(a, b))
		return true;
	for (size_t i = 0; i < COUNT(thread); i++)
		if (capgate_text_is(a, thread[i]) && capgate_text_is(b, thread[!i]))
			return true;
	return false;
}
