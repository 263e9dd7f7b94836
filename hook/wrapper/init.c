/* SPDX-License-Identifier: Apache-2.0 */
#include "init.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* Thousands of mounts are some hundred kilobytes. */
#define PROC_MAX ((size_t)8 << 20)

static int open_of(long pid, const char *name, struct capgate_error *err)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? io_fail(err, "the container's first process cannot be read:", path) : fd;
}

/* Closes fd. */
static int read_and_close(int fd, struct capgate_text *ret, struct capgate_error *err)
{
	int status = io_read_all(fd, PROC_MAX, ret, err);

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

static bool is_our_namespace(int fd)
{
	struct stat theirs, ours;

	return fstat(fd, &theirs) == 0 && stat("/proc/self/ns/mnt", &ours) == 0 &&
	       theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

/*
 * mountinfo shows the mounts below the root directory of the process, and the container's first
 * process may have changed its own.  A runtime that joins the namespace gets the root of the
 * namespace.  So this does the same.
 */
static int open_mounts_within(int namespace, struct capgate_error *err)
{
	int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	if (self < 0)
		return io_fail(err, "cannot open", "/proc/self");
	fd = setns(namespace, CLONE_NEWNS) < 0 ? -1
					       : openat(self, "mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		io_fail(err, "the container's mounts cannot be read:", "its mount namespace");
	close(self);
	return fd < 0 ? err->code : fd;
}

int runtime_init_mounts(long pid, struct capgate_text *ret, struct capgate_error *err)
{
	int namespace = open_of(pid, "ns/mnt", err), fd;

	if (namespace < 0)
		return namespace;
	fd = is_our_namespace(namespace) ? open_of(pid, "mountinfo", err)
					 : open_mounts_within(namespace, err);
	close(namespace);
	return fd < 0 ? fd : read_and_close(fd, ret, err);
}

int runtime_init_filtered(long pid, bool *ret, struct capgate_error *err)
{
	struct capgate_text status;
	int fd = open_of(pid, "status", err);

	if (fd < 0 || read_and_close(fd, &status, err) < 0)
		return err->code;
	*ret = is_filtered(status);
	io_free(status);
	return 0;
}
