/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bounded file.  Many writers at once: each holds a shared lock from opening
 * to its one write(2) in append mode; whoever finds the file full takes the lock
 * alone for a moment and renames it, so that no line is written into a file that
 * is gone.  Nothing here waits long: a container is being started.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "trusted.h"
#include "userns.h"

/* A full file is renamed within this many attempts, or grows a little more. */
#define ATTEMPTS 50
/* Beyond this many times its limit nothing is written: bounded is bounded. */
#define OVERFULL 4

bool log_file_path(const struct capgate_policy *policy, char *buf, size_t size)
{
	static const char ours[] = "/run/capgate/";
	struct capgate_text path = policy->log_file;

	if (path.len == 0 || path.len >= size || memchr(path.p, 0, path.len))
		return false;
	if (path.len > strlen(ours) && memcmp(path.p, ours, strlen(ours)) == 0 && !userns_is_real_root())
		return (size_t)snprintf(buf, size, "/run/user/%u/capgate/%.*s", userns_outer_uid(),
					(int)(path.len - strlen(ours)), path.p + strlen(ours)) < size;
	memcpy(buf, path.p, path.len);
	buf[path.len] = '\0';
	return true;
}

/* The directory of path, made if only it is missing; *base is what is in it. */
static int open_directory(const char *path, const char **base)
{
	struct capgate_error err;
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	bool missing;
	int fd;

	if (!slash || slash == path || slash[1] == '\0' || strlen(path) >= sizeof(dir))
		return -1;
	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	*base = slash + 1;
	fd = trusted_open_directory(dir, &missing, &err);
	if (fd < 0 && missing && mkdir(dir, 0700) == 0)
		fd = trusted_open_directory(dir, &missing, &err);
	return fd;
}

static bool is_ours(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() && st->st_nlink == 1 &&
	       !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* Is what we hold still what the name names? */
static bool still_there(int dir, const char *base, const struct stat *st)
{
	struct stat now;

	return fstatat(dir, base, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_dev == st->st_dev &&
	       now.st_ino == st->st_ino;
}

static bool rotate(int dir, const char *base, const struct stat *st)
{
	char old[NAME_MAX + 1];

	return (size_t)snprintf(old, sizeof(old), "%s.1", base) < sizeof(old) && still_there(dir, base, st) &&
	       renameat(dir, base, dir, old) == 0;
}

enum outcome { OPENED, AGAIN, GIVE_UP };

/* One attempt at the file; on OPENED *ret holds it, locked. */
static enum outcome attempt(int dir, const char *base, size_t max_bytes, bool patient, int *ret, struct stat *st)
{
	int fd = openat(dir, base,
			O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);

	if (fd < 0)
		return GIVE_UP;
	if (fstat(fd, st) < 0 || !is_ours(st)) {
		close(fd);
		/* A link count of 0: renamed over between opening and looking. */
		return st->st_nlink == 0 ? AGAIN : GIVE_UP;
	}
	if (st->st_size >= (off_t)max_bytes && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		bool rotated = rotate(dir, base, st);

		close(fd);
		return rotated || !still_there(dir, base, st) ? AGAIN : GIVE_UP;
	}
	if (flock(fd, LOCK_SH | LOCK_NB) < 0 || !still_there(dir, base, st) || fstat(fd, st) < 0) {
		close(fd);
		return AGAIN;
	}
	/* Full, and others are writing: let them end first, if there is time. */
	if (st->st_size >= (off_t)max_bytes && patient) {
		close(fd);
		return AGAIN;
	}
	if (st->st_size >= (off_t)(max_bytes * OVERFULL)) {
		close(fd);
		return GIVE_UP;
	}
	*ret = fd;
	return OPENED;
}

int log_file_open(const char *path, size_t max_bytes, bool *mend)
{
	const struct timespec moment = {0, 200000};
	const char *base;
	int dir = open_directory(path, &base), fd = -1;
	struct stat st;
	char last = '\n';

	if (dir < 0)
		return -1;
	for (int i = 0; i < ATTEMPTS; i++) {
		enum outcome outcome = attempt(dir, base, max_bytes, i < ATTEMPTS / 2, &fd, &st);

		if (outcome != AGAIN)
			break;
		nanosleep(&moment, NULL);
	}
	close(dir);
	/* A full disk may have cut somebody's line. */
	*mend = fd >= 0 && st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
	return fd;
}
