/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile names hundreds of system calls, and a few of them decide something.
 * A rule keeps which of those it names, not the names: reading it needs no memory
 * for them, and asking about it no comparison of text.
 */
#include "filter.h"

#include <string.h>

static const struct {
	char name[8];
	unsigned char len;
} calls[CAPGATE_NCALLS] = {
	[CAPGATE_CALL_CAPSET] = {"capset", 6},	 [CAPGATE_CALL_CAPGET] = {"capget", 6},
	[CAPGATE_CALL_PRCTL] = {"prctl", 5},	 [CAPGATE_CALL_OPENAT] = {"openat", 6},
	[CAPGATE_CALL_UNSHARE] = {"unshare", 7}, [CAPGATE_CALL_CLONE] = {"clone", 5},
	[CAPGATE_CALL_CLONE3] = {"clone3", 6},	 [CAPGATE_CALL_SETNS] = {"setns", 5},
};

unsigned capgate_call_bit(struct capgate_text name)
{
	if (name.len < 5 || name.len > 7)
		return 0;
	for (unsigned c = 0; c < CAPGATE_NCALLS; c++)
		if (calls[c].name[0] == name.p[0] && calls[c].len == name.len &&
		    memcmp(calls[c].name, name.p, name.len) == 0)
			return 1u << c;
	return 0;
}

const char *capgate_call_name(enum capgate_call call)
{
	return calls[call].name;
}
