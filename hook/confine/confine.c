/* SPDX-License-Identifier: Apache-2.0 */
#include "confine.h"

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "parts.h"

/* Of the process, as the confinement is. */
static bool partial;

bool confine_is_partial(void)
{
	return partial;
}

#ifdef CAPGATE_UNCONFINED

int confine(enum confine_duty duty, bool best_effort, struct capgate_error *err)
{
	(void)duty, (void)best_effort, (void)err;
	io_say("NOT CONFINED: this program was built for tests (sanitizers, fuzzing or coverage); "
	       "do not install it");
	return 0;
}

#else

#include <cap-ng.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Capabilities ----------------------------------------------------------- */

/* Not capng_apply(CAPNG_SELECT_BOUNDS): it opens files below /proc first. */
static int empty_bounding_set(struct capgate_error *err)
{
	for (int cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL ||
		    errno == EPERM) /* behind the last one; or not ours to drop */
			return 0;
		return confine_fail(err, "dropping the bounding set", errno);
	}
	return 0;
}

/* Of what is held, what the duty keeps. */
static int keep(enum confine_duty duty, struct capgate_error *err)
{
	static const struct {
		unsigned cap;
		enum confine_duty least, most;
	} kept[] = {
		{CAP_KILL, CONFINE_KILL, CONFINE_KILL},
		{CAP_DAC_READ_SEARCH, CONFINE_READ, CONFINE_WRITE},
		{CAP_SYS_PTRACE, CONFINE_CHECK, CONFINE_WRITE},
		{CAP_DAC_OVERRIDE, CONFINE_WRITE, CONFINE_WRITE},
		{CAP_CHOWN, CONFINE_WRITE, CONFINE_WRITE},
		{CAP_FOWNER, CONFINE_WRITE, CONFINE_WRITE},
		{CAP_FSETID, CONFINE_WRITE, CONFINE_WRITE},
	};
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];

	/* Not capng_get_caps_process(): it opens files below /proc. */
	if (syscall(SYS_capget, &header, held) < 0)
		return confine_fail(err, "asking for capabilities", errno);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (duty >= kept[i].least && duty <= kept[i].most &&
		    held[kept[i].cap / 32].permitted >> kept[i].cap % 32 & 1 &&
		    capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i].cap) < 0)
			return confine_fail(err, "choosing capabilities", EINVAL);
	return 0;
}

static int drop_capabilities(enum confine_duty duty, struct capgate_error *err)
{
	if (duty == CONFINE_OPEN)
		return 0;
	if (empty_bounding_set(err) < 0)
		return err->code;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return confine_fail(err, "dropping the ambient set", errno);
	capng_clear(CAPNG_SELECT_CAPS);
	if (duty != CONFINE_JUDGE && keep(duty, err) < 0)
		return err->code;
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return confine_fail(err, "dropping capabilities", errno);
	return 0;
}

/* ---- Limits ------------------------------------------------------------------- */

/* Judging four megabytes takes less than a second. */
#define CPU_SECONDS 20
/* The arena of the largest specification is mapped already; the rest is stack. */
#define ADDRESS_SPACE ((rlim_t)2 << 30)

#define TO_JUDGE 1u << CONFINE_JUDGE | 1u << CONFINE_KILL

static int limit(enum confine_duty duty, struct capgate_error *err)
{
	static const struct {
		__rlimit_resource_t what;
		unsigned duties;
		rlim_t most;
		const char *name;
	} limits[] = {
		{RLIMIT_CORE, ~0U, 0, "the limit of core files"},
		{RLIMIT_NOFILE, TO_JUDGE, 0, "the limit of descriptors"},
		{RLIMIT_NPROC, TO_JUDGE, 0, "the limit of processes"},
		{RLIMIT_CPU, TO_JUDGE, CPU_SECONDS, "the limit of CPU seconds"},
		{RLIMIT_AS, TO_JUDGE, ADDRESS_SPACE, "the limit of the address space"},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		struct rlimit now, new = {limits[i].most, limits[i].most};

		if (!(limits[i].duties & 1u << duty))
			continue;
		/* Never more than there was: only root may raise it. */
		if (getrlimit(limits[i].what, &now) < 0)
			return confine_fail(err, limits[i].name, errno);
		if (now.rlim_max != RLIM_INFINITY && now.rlim_max < new.rlim_max)
			new.rlim_cur = new.rlim_max = now.rlim_max;
		if (setrlimit(limits[i].what, &new) < 0)
			return confine_fail(err, limits[i].name, errno);
	}
	return 0;
}

/* ---- The file system -------------------------------------------------------------- */

/* All that changes something or executes, of Landlock's first version: no rule
 * allows any of it.  What is open stays open. */
#define CHANGES \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
	 LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)

/* A second fence, behind the system calls: a kernel without it is no failure.
 * Not for check: Landlock hides the namespaces of other processes, too. */
static int read_only(enum confine_duty duty, struct capgate_error *err)
{
	const struct landlock_ruleset_attr attr = {.handled_access_fs = CHANGES};
	int fd, status = 0;

	if (duty != CONFINE_READ)
		return 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP
			       ? 0
			       : confine_fail(err, "Landlock", errno);
	if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		status = confine_fail(err, "Landlock", errno);
	close(fd);
	return status;
}

/* ---- Together ------------------------------------------------------------------------ */

static int renounce(enum confine_duty duty, struct capgate_error *err)
{
	(void)duty;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return confine_fail(err, "no_new_privs", errno);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return confine_fail(err, "not dumpable", errno);
	return 0;
}

/* Without the errors' words: engines look for some of them in what a runtime
 * says, and this is no failure. */
static void tell_missing(const char *names)
{
	if (!partial)
		io_say("confined in part, as the policy's best-effort allows; missing: %s", names);
	partial = true;
}

int confine(enum confine_duty duty, bool best_effort, struct capgate_error *err)
{
	static const struct {
		int (*install)(enum confine_duty, struct capgate_error *);
		const char *name;
	} parts[] = {
		{renounce, "no_new_privs/dumpable"},
		{drop_capabilities, "dropping capabilities"},
		{limit, "limits"},
		{read_only, "Landlock"},
		{confine_calls, "the system call filter"},
	};
	char missing[128] = "";
	struct capgate_out out = {missing, sizeof(missing) - 1, 0};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
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

#endif
