/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first process of a container that holds nothing.  It makes a user namespace of its
 * own, and in that two mount namespaces: one as it found it, one in which /lie covers
 * /proc/sys/kernel.  It goes to and fro between them, so whoever looks at its mounts may
 * see the one and join the other.  Says "turning" when it begins.
 *
 * With an argument it makes one mount namespace, in which /lie covers /proc/sys/kernel, and
 * goes to live in /jail, below which /proc is as it was.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

static int live_in_jail(void)
{
	if (mount("/jail", "/jail", NULL, MS_BIND, NULL) < 0 ||
	    mount("/proc", "/jail/proc", NULL, MS_BIND | MS_REC, NULL) < 0 ||
	    mount("/lie", "/proc/sys/kernel", NULL, MS_BIND, NULL) < 0 || chroot("/jail") < 0)
		return 1;
	puts("turning");
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	int seen[2];

	(void)argv;
	if (unshare(CLONE_NEWUSER) < 0 || unshare(CLONE_NEWNS) < 0)
		return 1;
	if (argc > 1)
		return live_in_jail();
	seen[0] = open("/proc/self/ns/mnt", O_RDONLY);
	if (unshare(CLONE_NEWNS) < 0 || mount("/lie", "/proc/sys/kernel", NULL, MS_BIND, NULL) < 0)
		return 1;
	seen[1] = open("/proc/self/ns/mnt", O_RDONLY);
	if (seen[0] < 0 || seen[1] < 0)
		return 1;
	puts("turning");
	fflush(stdout);
	for (unsigned i = 0;; i++) {
		/* Not in step with what takes as long each time. */
		struct timespec t = {0, 2000000 + i * 700001 % 3000000};

		if (setns(seen[i & 1], CLONE_NEWNS) < 0)
			return 1;
		nanosleep(&t, NULL);
	}
}
