/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This does not use libcap-ng, which opens files below /proc for the bounding set, and has
 * hidden state that would affect the later confinement.
 */
#include "bounds.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* The size of a capability set; no kernel has more capabilities. */
#define CAPS_MOST 64

static int fail_ceiling(struct capgate_error *err, const char *what)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CEILING, CAPGATE_NOWHERE, "%s: %s", what,
			    io_words(errno));
}

/* Every kernel since Linux 2.6.25 has at least these. */
#define CAPS_LEAST 32

/* The bounding set is read once, with 42 system calls.  Nobody else can change it, because it
 * belongs to this thread, and programs with threads do not read it. */
static struct {
	bool asked;
	capgate_set set;
} known;

/* Reads the bounding set.  An error is not an empty set. */
static int read_bounds(capgate_set *ret, struct capgate_error *err)
{
	capgate_set now = {0};

	if (known.asked) {
		*ret = known.set;
		return 0;
	}
	for (int cap = 0; cap < CAPS_MOST; cap++) {
		int in = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (in < 0 && errno == EINVAL && cap >= CAPS_LEAST) /* after the last capability */
			break;
		if (in < 0)
			return fail_ceiling(err, "the bounding set cannot be read");
		if (in > 0)
			now.bits |= (uint64_t)1 << cap;
	}
	known.asked = true;
	*ret = known.set = now;
	return 0;
}

capgate_set bounds_now(void)
{
	struct capgate_error ignored;
	capgate_set now;

	return read_bounds(&now, &ignored) == 0 ? now : (capgate_set){0};
}

struct held {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
};

static int read_held(struct held *h, struct capgate_error *err)
{
	h->header = (struct __user_cap_header_struct){_LINUX_CAPABILITY_VERSION_3, 0};
	return syscall(SYS_capget, &h->header, h->data) < 0
		       ? fail_ceiling(err, "capabilities cannot be read")
		       : 0;
}

/* Does this process hold no capability?  Then execve(2) gives none either, except by
 * set-user-ID. */
static bool holds_nothing(const struct held *h)
{
	return (h->data[0].permitted | h->data[1].permitted) == 0 && geteuid() != 0;
}

static int drop_bounds(capgate_set gone, struct capgate_error *err)
{
	known.asked = false;
	for (int cap = -1; (cap = capgate_set_next(gone, cap + 1)) >= 0;)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return fail_ceiling(err,
					    "the bounding set cannot be reduced (a runtime without "
					    "CAP_SETPCAP would give all of it to the container)");
	return 0;
}

/* Sets the inheritable set.  The kernel removes from the ambient set what is not inheritable. */
static int set_inheritable(struct held *h, capgate_set set, struct capgate_error *err)
{
	const uint32_t now[] = {(uint32_t)set.bits, (uint32_t)(set.bits >> 32)};
	uint32_t changed = 0;

	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		changed |= h->data[i].inheritable ^ now[i];
		h->data[i].inheritable = now[i];
	}
	if (changed && syscall(SYS_capset, &h->header, h->data) < 0)
		return fail_ceiling(err, "the inheritable set cannot be changed");
	return 0;
}

static capgate_set inheritable_of(const struct held *h)
{
	return (capgate_set){h->data[0].inheritable | (uint64_t)h->data[1].inheritable << 32};
}

/* Does execve(2) give this user the inheritable set, for any file? */
static bool inherits_as_root(void)
{
	const int bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

	return geteuid() == 0 && bits >= 0 && !(bits & SECBIT_NOROOT);
}

int bounds_narrow(capgate_set bound, capgate_set inherit, struct capgate_error *err)
{
	const capgate_set either = capgate_set_or(bound, inherit);
	capgate_set now, had;
	struct held held;

	if (read_held(&held, err) < 0)
		return err->code;
	if (holds_nothing(&held))
		return 0;
	if (read_bounds(&now, err) < 0 || drop_bounds(capgate_set_minus(now, either), err) < 0)
		return err->code;
	had = inheritable_of(&held);
	if (!inherits_as_root())
		return set_inheritable(&held, capgate_set_and(had, either), err);
	/* Set the inheritable set first: only capabilities in the bounding set can be added to
	 * it. */
	inherit = capgate_set_and(inherit, capgate_set_or(now, had));
	had = capgate_set_or(capgate_set_and(had, bound), inherit);
	if (set_inheritable(&held, had, err) < 0)
		return err->code;
	return drop_bounds(capgate_set_minus(capgate_set_and(now, either), bound), err);
}
