/* SPDX-License-Identifier: Apache-2.0 */
#include "confine.h"

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "parts.h"

/* Was a part of the confinement left out in this process? */
static bool partial;

bool confine_is_partial(void)
{
	return partial;
}

#ifdef CAPGATE_UNCONFINED

int confine_not(void)
{
	io_say("NOT CONFINED: this program was built for tests (sanitizers, fuzzing or coverage); "
	       "do not install it");
	return 0;
}

int confine(enum confine_duty duty, bool best_effort, struct capgate_error *err)
{
	(void)duty, (void)best_effort, (void)err;
	return confine_not();
}

#else

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Capabilities ----------------------------------------------------------- */

static bool no_new_privs, not_dumpable;

int confine_bounding_set(struct capgate_error *err)
{
	for (int cap = 0; cap < 64 && !no_new_privs; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL || errno == EPERM) /* after the last capability, or not
						        * permitted */
			return 0;
		return confine_fail(err, "dropping the bounding set", errno);
	}
	return 0;
}

static bool opens(enum confine_duty duty)
{
	return duty == CONFINE_OPEN || duty == CONFINE_OPEN_TO_MARK;
}

/* Without libcap-ng; see linter.c. */
static int drop_capabilities(enum confine_duty duty, struct capgate_error *err)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3] = {0},
				      kept[_LINUX_CAPABILITY_U32S_3] = {0};

	if (opens(duty))
		return 0;
	if (confine_bounding_set(err) < 0)
		return err->code;
	if ((duty == CONFINE_KILL || duty == CONFINE_MARK) &&
	    syscall(SYS_capget, &header, held) < 0)
		return confine_fail(err, "reading capabilities", errno);
	if (duty == CONFINE_KILL)
		kept[0].effective = kept[0].permitted = held[0].permitted & 1u << CAP_KILL;
	if (duty == CONFINE_MARK)
		kept[1].effective = kept[1].permitted =
			held[1].permitted & 1u << (CAP_BPF - 32);
	/* This also empties the ambient set (capset(2)). */
	if (syscall(SYS_capset, &header, kept) < 0)
		return confine_fail(err, "dropping capabilities", errno);
	return 0;
}

/* ---- Limits ------------------------------------------------------------------- */

/* Judging four megabytes takes less than a second. */
#define CPU_SECONDS 20
/* The arena for the largest specification is mapped before; the rest is for the stack. */
#define ADDRESS_SPACE ((rlim_t)2 << 30)

static bool is_lower(rlim_t a, rlim_t b)
{
	return a != RLIM_INFINITY && (b == RLIM_INFINITY || a < b);
}

/* Keeps a lower limit, because only root may raise one. */
static int lower(int what, rlim_t most)
{
	struct rlimit new = {most, most}, old;

	if (prlimit(0, what, &new, &old) < 0) {
		if (errno != EPERM || prlimit(0, what, NULL, &old) < 0)
			return -1;
	} else if (!is_lower(old.rlim_max, most)) {
		return 0;
	}
	new.rlim_cur = new.rlim_max = old.rlim_max;
	return prlimit(0, what, &new, NULL);
}

static int limit(enum confine_duty duty, struct capgate_error *err)
{
	static const struct {
		int what;
		rlim_t most;
		const char *name;
	} limits[] = {
		{RLIMIT_CORE, 0, "the limit of core files"},
		{RLIMIT_NOFILE, 0, "the limit of descriptors"},
		{RLIMIT_NPROC, 0, "the limit of processes"},
		{RLIMIT_CPU, CPU_SECONDS, "the limit of CPU seconds"},
		{RLIMIT_AS, ADDRESS_SPACE, "the limit of the address space"},
	};

	/* A process that still opens files gets only the limit for core files.  A process that can
	 * no longer make itself dumpable (prctl(2)) needs no such limit. */
	for (size_t i = !opens(duty) && not_dumpable; i < (opens(duty) ? 1 : COUNT(limits)); i++)
		if (lower(limits[i].what, limits[i].most) < 0)
			return confine_fail(err, limits[i].name, errno);
	return 0;
}

/* ---- Together ------------------------------------------------------------------------ */

int confine_renounce(enum confine_duty duty, struct capgate_error *err)
{
	(void)duty;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return confine_fail(err, "no_new_privs", errno);
	no_new_privs = true;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return confine_fail(err, "not dumpable", errno);
	not_dumpable = true;
	return 0;
}

/* Names only the parts, without the error messages: engines search a runtime's output for some
 * of those, and this is not a failure. */
static void tell_missing(const char *names)
{
	if (!partial)
		io_say("confined in part, as the policy's best-effort allows; missing: %s", names);
	partial = true;
}

int confine_by(const struct confine_part *parts, size_t n, enum confine_duty duty, bool best_effort,
	       struct capgate_error *err)
{
	char missing[128] = "";
	struct capgate_out out = {missing, sizeof(missing) - 1, 0};

	for (size_t i = 0; i < n; i++) {
		if (parts[i].install(duty, err) == 0)
			continue;
		if (!best_effort)
			return err->code;
		capgate_out_format(&out, "%s%s", out.len ? ", " : "", parts[i].name);
	}
	if (out.len)
		tell_missing(missing);
	return 0;
}

int confine(enum confine_duty duty, bool best_effort, struct capgate_error *err)
{
	static const struct confine_part parts[] = {
		{confine_renounce, "no_new_privs/dumpable"},
		{drop_capabilities, "dropping capabilities"},
		{limit, "limits"},
		{confine_calls, "the system call filter"},
	};

	if (duty > CONFINE_OPEN_TO_MARK)
		return confine_fail(err, "this duty is a linter's", EINVAL);
	return confine_by(parts, COUNT(parts), duty, best_effort, err);
}

#endif
