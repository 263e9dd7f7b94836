/* SPDX-License-Identifier: Apache-2.0 */
#include "init.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* Thousands of mounts are some hundred kilobytes. */
#define PROC_MAX ((size_t)8 << 20)

static int read_of(long pid, const char *name, struct capgate_text *ret, struct capgate_error *err)
{
	char path[64];
	int fd, status;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return io_fail(err, "the container's first process cannot be looked at:", path);
	status = io_read_all(fd, PROC_MAX, ret, err);
	close(fd);
	return status;
}

/* "Seccomp:\t2"; a kernel without filters has no such line. */
static bool is_filtered(struct capgate_text status)
{
	static const char key[] = "\nSeccomp:\t";
	const char *at = memmem(status.p, status.len, key, sizeof(key) - 1);
	const char *value = at ? at + sizeof(key) - 1 : NULL;

	return value && value < status.p + status.len && *value != '0';
}

int runtime_init_mounts(long pid, struct capgate_text *ret, struct capgate_error *err)
{
	if (pid <= 0)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the container's state does not name its first process");
	return read_of(pid, "mountinfo", ret, err);
}

int runtime_init_filtered(long pid, bool *ret, struct capgate_error *err)
{
	struct capgate_text status;

	if (read_of(pid, "status", &status, err) < 0)
		return err->code;
	*ret = is_filtered(status);
	io_free(status);
	return 0;
}
