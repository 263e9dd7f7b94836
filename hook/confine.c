/* SPDX-License-Identifier: Apache-2.0 */
#include "confine.h"

#include "../lib/error.h"
#include "io.h"

#ifdef CAPGATE_UNCONFINED

int confine(bool best_effort, struct capgate_error *err)
{
	(void)best_effort, (void)err;
	io_say("NOT CONFINED: this program was built for tests (sanitizers, fuzzing or coverage); do not install it");
	return 0;
}

#else

#include <cap-ng.h>
#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static int fail(struct capgate_error *err, const char *what, int error)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CONFINEMENT, CAPGATE_NOWHERE, "the parser cannot be confined: %s: %s", what,
			    strerror(error));
}

/* ---- Capabilities ----------------------------------------------------------- */

/* Not capng_apply(CAPNG_SELECT_BOUNDS): it opens files below /proc first. */
static int empty_bounding_set(struct capgate_error *err)
{
	for (int cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL || errno == EPERM) /* behind the last one; or not ours to drop */
			return 0;
		return fail(err, "dropping the bounding set", errno);
	}
	return 0;
}

static int drop_capabilities(struct capgate_error *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(err, "no_new_privs", errno);
	if (empty_bounding_set(err) < 0)
		return err->code;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return fail(err, "dropping the ambient set", errno);
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return fail(err, "dropping capabilities", errno);
	return 0;
}

/* ---- Limits ------------------------------------------------------------------- */

/* Judging four megabytes takes less than a second. */
#define CPU_SECONDS 20
/* The arena of the largest specification is mapped already; the rest is stack. */
#define ADDRESS_SPACE ((rlim_t)2 << 30)

static int limit(struct capgate_error *err)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t most;
		const char *name;
	} limits[] = {
		{RLIMIT_NOFILE, 0, "the limit of descriptors"},
		{RLIMIT_NPROC, 0, "the limit of processes"},
		{RLIMIT_CORE, 0, "the limit of core files"},
		{RLIMIT_CPU, CPU_SECONDS, "the limit of CPU seconds"},
		{RLIMIT_AS, ADDRESS_SPACE, "the limit of the address space"},
	};

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return fail(err, "not dumpable", errno);
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		struct rlimit now, new = {limits[i].most, limits[i].most};

		/* Never more than there was: only root may raise it. */
		if (getrlimit(limits[i].what, &now) < 0)
			return fail(err, limits[i].name, errno);
		if (now.rlim_max != RLIM_INFINITY && now.rlim_max < new.rlim_max)
			new.rlim_cur = new.rlim_max = now.rlim_max;
		if (setrlimit(limits[i].what, &new) < 0)
			return fail(err, limits[i].name, errno);
	}
	return 0;
}

/* ---- System calls --------------------------------------------------------------- */

static int filter(struct capgate_error *err)
{
	/* newfstatat: whose network namespace it is that a specification names,
	 * by inode.  The log wants the time, which the vdso gives, or the kernel where
	 * the machine's clock cannot be read without it. */
	static const int allowed[] = {
		SCMP_SYS(write),  SCMP_SYS(writev),	   SCMP_SYS(sendto),	   SCMP_SYS(sendmsg),
		SCMP_SYS(clock_gettime), SCMP_SYS(rt_sigreturn), SCMP_SYS(exit_group),
		SCMP_SYS(newfstatat),
	};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int status = ctx ? 0 : -ENOMEM;

	for (size_t i = 0; status == 0 && i < sizeof(allowed) / sizeof(*allowed); i++)
		status = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	if (status == 0)
		status = seccomp_load(ctx);
	/* Not released: freeing may ask the kernel, which now ends the process. */
	return status < 0 ? fail(err, "the system call filter", -status) : 0;
}

int confine(bool best_effort, struct capgate_error *err)
{
	int (*const parts[])(struct capgate_error *) = {drop_capabilities, limit, filter};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i](err) < 0 && !best_effort)
			return err->code;
	return 0;
}

#endif
