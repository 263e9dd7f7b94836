/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Not libcap-ng: it opens files below /proc for the bounding set, and its hidden
 * state would hold for whatever is confined afterwards.
 */
#include "bounds.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/base.h"

/* More than any kernel has; a set holds no more. */
#define CAPS_MOST 64

static int fail_ceiling(struct capgate_error *err, const char *what)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CEILING, CAPGATE_NOWHERE, "%s: %s", what,
			    strerror(errno));
}

/* Since Linux 2.6.25 there have been more than these. */
#define CAPS_LEAST 32

/* The set, once it was asked for: 42 questions, and nobody else can change the answer
 * (it is the thread's own, and programs with threads do not ask). */
static struct {
	bool asked;
	capgate_set set;
} known;

/* A kernel that does not answer has not said that the set is empty. */
static int read_bounds(capgate_set *ret, struct capgate_error *err)
{
	capgate_set now = {0};

	if (known.asked) {
		*ret = known.set;
		return 0;
	}
	for (int cap = 0; cap < CAPS_MOST; cap++) {
		int in = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (in < 0 && errno == EINVAL && cap >= CAPS_LEAST) /* after the last one */
			break;
		if (in < 0)
			return fail_ceiling(err, "the bounding set cannot be asked for");
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
		       ? fail_ceiling(err, "capabilities cannot be asked for")
		       : 0;
}

/* Who holds nothing gets nothing at execve(2) either, unless by set-user-ID. */
static bool holds_nothing(const struct held *h)
{
	return (h->data[0].permitted | h->data[1].permitted) == 0 && geteuid() != 0;
}

/* The ambient set follows: the kernel keeps it within the inheritable one. */
static int drop_inheritable(struct held *h, capgate_set keep, struct capgate_error *err)
{
	const uint32_t kept[] = {(uint32_t)keep.bits, (uint32_t)(keep.bits >> 32)};
	uint32_t gone = 0;

	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		gone |= h->data[i].inheritable & ~kept[i];
		h->data[i].inheritable &= kept[i];
	}
	if (gone && syscall(SYS_capset, &h->header, h->data) < 0)
		return fail_ceiling(err, "the inheritable set cannot be narrowed");
	return 0;
}

int bounds_narrow(capgate_set keep, struct capgate_error *err)
{
	capgate_set now, gone;
	struct held held;

	if (read_held(&held, err) < 0)
		return err->code;
	if (holds_nothing(&held))
		return 0;
	if (read_bounds(&now, err) < 0)
		return err->code;
	gone = capgate_set_minus(now, keep);
	known.asked = false;
	for (int cap = -1; (cap = capgate_set_next(gone, cap + 1)) >= 0;)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return fail_ceiling(
				err, "the bounding set cannot be narrowed (a runtime without "
				     "CAP_SETPCAP would give all of it to the container)");
	return drop_inheritable(&held, keep, err);
}
