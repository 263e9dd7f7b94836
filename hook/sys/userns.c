/* SPDX-License-Identifier: Apache-2.0 */
#include "userns.h"

#include <fcntl.h>
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

/* Reads the first bytes of a small file of /proc, and adds a NUL. */
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

/* A line of a uid_map or gid_map (user_namespaces(7)).  It is parsed without sscanf(3), which
 * would be a tenth of a static program. */
struct id_range {
	unsigned long inside, outside, count;
};

/* Returns the text after the line; NULL if there is no further line. */
static const char *next_range(const char *map, struct id_range *ret)
{
	unsigned long *const numbers[] = {&ret->inside, &ret->outside, &ret->count};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		char *end;

		*numbers[i] = strtoul(map, &end, 10);
		if (end == map)
			return NULL;
		map = end;
	}
	return map;
}

uid_t userns_outer_uid(void)
{
	char map[4096];
	struct id_range r;

	if (!read_small("/proc/self/uid_map", map, sizeof(map)))
		return geteuid();
	for (const char *p = map; (p = next_range(p, &r));)
		if (geteuid() >= r.inside && geteuid() - r.inside < r.count)
			return (uid_t)(r.outside + (geteuid() - r.inside));
	return geteuid();
}

uint32_t userns_last_gid(void)
{
	char map[4096];
	struct id_range r;
	unsigned long end = 0;

	if (userns_is_initial())
		return 4294967294u;
	if (!read_small("/proc/self/gid_map", map, sizeof(map)))
		return 0;
	/* The kernel keeps the order in which the map was written, which begins with 0 here. */
	for (const char *p = map; (p = next_range(p, &r));)
		if (r.inside == end)
			end += r.count;
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
