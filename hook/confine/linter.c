/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The confinement of the commands that people run.  They open files while they work, so they
 * keep a few capabilities; libcap-ng selects them.  The hooks do not link libcap-ng, because it
 * makes seven system calls before main(), which would be at the start of every container.
 */
#include "lib/base/base.h"
#include "parts.h"

#ifdef CAPGATE_UNCONFINED

int confine_linter(enum confine_duty duty, bool best_effort, struct capgate_error *err)
{
	(void)duty, (void)best_effort, (void)err;
	return confine_not();
}

#else

#include <cap-ng.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Selects the capabilities that the process holds and the duty keeps. */
static int keep(enum confine_duty duty, struct capgate_error *err)
{
	static const struct {
		unsigned cap;
		enum confine_duty least;
	} kept[] = {
		{CAP_DAC_READ_SEARCH, CONFINE_READ}, {CAP_SYS_PTRACE, CONFINE_CHECK},
		{CAP_DAC_OVERRIDE, CONFINE_WRITE},   {CAP_CHOWN, CONFINE_WRITE},
		{CAP_FOWNER, CONFINE_WRITE},         {CAP_FSETID, CONFINE_WRITE},
	};
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3];

	/* Not capng_get_caps_process(), which opens files below /proc. */
	if (syscall(SYS_capget, &header, held) < 0)
		return confine_fail(err, "reading capabilities", errno);
	for (size_t i = 0; i < COUNT(kept); i++)
		if (duty >= kept[i].least && duty != CONFINE_MAPS &&
		    held[kept[i].cap / 32].permitted >> kept[i].cap % 32 & 1 &&
		    capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept[i].cap) < 0)
			return confine_fail(err, "choosing capabilities", EINVAL);
	return 0;
}

/* Not CAPNG_SELECT_BOUNDS, which opens files below /proc first. */
static int drop_capabilities(enum confine_duty duty, struct capgate_error *err)
{
	if (confine_bounding_set(err) < 0)
		return err->code;
	capng_clear(CAPNG_SELECT_CAPS);
	if (keep(duty, err) < 0)
		return err->code;
	/* This also empties the ambient set. */
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return confine_fail(err, "dropping capabilities", errno);
	return 0;
}

static int limit(enum confine_duty duty, struct capgate_error *err)
{
	const struct rlimit none = {0, 0};

	(void)duty;
	return setrlimit(RLIMIT_CORE, &none) < 0
		       ? confine_fail(err, "the limit of core files", errno)
		       : 0;
}

/* All rights of Landlock's first version to change or execute files.  No rule grants any of
 * them.  Files that are open stay open. */
#define CHANGES \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
	 LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)

/* A second protection besides the filter, so a kernel without Landlock is no failure.  Not for
 * check, because Landlock hides the namespaces of other processes. */
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

int confine_linter(enum confine_duty duty, bool best_effort, struct capgate_error *err)
{
	static const struct confine_part parts[] = {
		{confine_renounce, "no_new_privs/dumpable"},
		{drop_capabilities, "dropping capabilities"},
		{limit, "limits"},
		{read_only, "Landlock"},
		{confine_calls, "the system call filter"},
	};

	if (duty < CONFINE_READ)
		return confine_fail(err, "this duty is a door's", EINVAL);
	return confine_by(parts, COUNT(parts), duty, best_effort, err);
}

#endif
