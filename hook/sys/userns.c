/* SPDX-License-Identifier: Apache-2.0 */
#include "userns.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/* PROC_USER_INIT_INO of the kernel: the initial namespaces have fixed numbers. */
#define INITIAL_USER_NAMESPACE 0xeffffffdU

static enum { UNASKED, INITIAL, ANOTHER } where;
static bool has_moved;

bool userns_is_initial(void)
{
	struct stat st;

	if (where == UNASKED)
		where = stat("/proc/self/ns/user", &st) == 0 && st.st_ino == INITIAL_USER_NAMESPACE
				? INITIAL
				: ANOTHER;
	return where == INITIAL;
}

void userns_changed(void)
{
	where = UNASKED;
	has_moved = true;
}

uid_t userns_euid(void)
{
	return has_moved ? geteuid() : (uid_t)getauxval(AT_EUID);
}

bool userns_is_real_root(void)
{
	return userns_euid() == 0 && userns_is_initial();
}

/* The first bytes of a small file of /proc, NUL-ended. */
static bool read_small(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	buf[n] = '\0';
	return true;
}

uid_t userns_outer_uid(void)
{
	char map[4096];
	unsigned long inside, outside, count;
	int used;

	if (!read_small("/proc/self/uid_map", map, sizeof(map)))
		return geteuid();
	for (const char *p = map;
	     sscanf(p, " %lu %lu %lu%n", &inside, &outside, &count, &used) == 3; p += used)
		if (geteuid() >= inside && geteuid() - inside < count)
			return (uid_t)(outside + (geteuid() - inside));
	return geteuid();
}

uint32_t userns_last_gid(void)
{
	char map[4096];
	unsigned long inside, outside, count, end = 0;
	int used;

	if (userns_is_initial())
		return 4294967294u;
	if (!read_small("/proc/self/gid_map", map, sizeof(map)))
		return 0;
	/* The kernel shows the map sorted as it was written: from 0 on, here. */
	for (const char *p = map;
	     sscanf(p, " %lu %lu %lu%n", &inside, &outside, &count, &used) == 3; p += used)
		if (inside == end)
			end += count;
	return end ? (uint32_t)(end - 1) : 0;
}

uid_t userns_unmapped_uid(void)
{
	char text[32];

	if (!read_small("/proc/sys/fs/overflowuid", text, sizeof(text)))
		return 65534;
	return (uid_t)strtoul(text, NULL, 10);
}

bool userns_are_forbidden(void)
{
	char text[32];

	return read_small("/proc/sys/user/max_user_namespaces", text, sizeof(text)) &&
	       strcmp(text, "0\n") == 0;
}
