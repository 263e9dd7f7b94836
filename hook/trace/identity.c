/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "lib/base/base.h"

static const struct {
	long number;
	const char *name;
} calls[] = {
	{SYS_setuid, "setuid"},       {SYS_setgid, "setgid"},       {SYS_setreuid, "setreuid"},
	{SYS_setregid, "setregid"},   {SYS_setresuid, "setresuid"}, {SYS_setresgid, "setresgid"},
	{SYS_setgroups, "setgroups"},
};

const char *trace_identity_name(long number)
{
	for (size_t i = 0; i < COUNT(calls); i++)
		if (calls[i].number == number)
			return calls[i].name;
	return NULL;
}

size_t trace_identity_numbers(int *ret, size_t size)
{
	size_t n = 0;

	for (; n < COUNT(calls) && n < size; n++)
		ret[n] = (int)calls[n].number;
	return n;
}

void trace_identity_filter(char *buf, size_t size)
{
	size_t n = (size_t)snprintf(buf, size, "ret == -1 && (");

	for (size_t i = 0; i < COUNT(calls) && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%sid == %ld", i ? " || " : "",
				      calls[i].number);
	if (n < size)
		snprintf(buf + n, size - n, ")");
}
