/* SPDX-License-Identifier: Apache-2.0 */
#include "filecaps.h"

#include <endian.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

capgate_set filecaps_parse(struct capgate_text value)
{
	uint32_t word[XATTR_CAPS_SZ_3 / 4] = {0}, magic;
	capgate_set s = {0};

	if (value.len > sizeof(word) || value.len < XATTR_CAPS_SZ_1)
		return s;
	memcpy(word, value.p, value.len);
	magic = le32toh(word[0]);
	if (!(magic & VFS_CAP_FLAGS_EFFECTIVE))
		return s;
	s.bits = le32toh(word[1]);
	if ((magic & VFS_CAP_REVISION_MASK) != VFS_CAP_REVISION_1 && value.len >= XATTR_CAPS_SZ_2)
		s.bits |= (uint64_t)le32toh(word[3]) << 32;
	return s;
}

/* Follows links only within the root. */
static capgate_set of_file(int root, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	char link[64], value[XATTR_CAPS_SZ_3 + 1];
	ssize_t n;

	if (fd < 0)
		return (capgate_set){0};
	/* fgetxattr(2) does not work on an O_PATH descriptor. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = getxattr(link, "security.capability", value, sizeof(value));
	close(fd);
	return n > 0 ? filecaps_parse((struct capgate_text){value, (size_t)n}) : (capgate_set){0};
}

capgate_set filecaps_needed(int root, const struct trace_table *table)
{
	capgate_set s = {0};

	for (size_t i = 0; root >= 0 && i < table->n_files; i++)
		s = capgate_set_or(s, of_file(root, table->file[i]));
	return s;
}

const char *filecaps_whose(int root, const struct trace_table *table, int cap)
{
	for (size_t i = 0; root >= 0 && i < table->n_files; i++)
		if (capgate_set_has(of_file(root, table->file[i]), cap))
			return table->file[i];
	return "";
}
