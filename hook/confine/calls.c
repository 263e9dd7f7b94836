/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the duty's filter: the built-in one, or one that libseccomp makes at run time. */
#include "parts.h"

#ifndef CAPGATE_UNCONFINED

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filters.h"
#include "rules.h"

#ifdef CONFINE_BUILT_IN

static int load(enum confine_duty duty)
{
	/* Static, because on the stack the compiler would touch every page of it. */
	static struct sock_filter program[CONFINE_FILTER_MAX];
	const struct confine_filter *filter = &CONFINE_BUILT_IN[duty];
	const struct sock_fprog loaded = {(unsigned short)filter->n, program};

	_Static_assert(CONFINE_FILTER_MAX <= BPF_MAXINSNS, "the kernel loads the longest filter");
	memcpy(program, filter->program, filter->n * sizeof(*program));
	for (size_t i = 0; i < filter->n; i++)
		if (program[i].k == CONFINE_PID_PLACEHOLDER)
			program[i].k = (uint32_t)getpid();
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &loaded) < 0 ? -errno : 0;
}

#else

static int load(enum confine_duty duty)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int status = ctx ? 0 : -ENOMEM;

	if (status == 0)
		status = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0); /* no_new_privs is set
									 * already */
	if (status == 0)
		status =
			confine_rules_add(ctx, duty, duty >= CONFINE_READ ? (uint32_t)getpid() : 0);
	/* Not released, because free(3) may make a system call, which would end the process now. */
	return status == 0 ? seccomp_load(ctx) : status;
}

#endif

int confine_calls(enum confine_duty duty, struct capgate_error *err)
{
	int status = load(duty);

	return status < 0 ? confine_fail(err, "the system call filter", -status) : 0;
}

#endif
