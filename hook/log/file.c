/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log file of limited size.  Many processes write to it, and none waits, because a
 * container is starting.
 *
 * A writer holds a shared flock(2) from opening until its single write(2) in append mode; while
 * it does, the file is in use.  A writer that finds the file full renames it to BASE.1.
 * Writers that have the file in use continue to write to it, and readers read both files.  A
 * second kind of lock (fcntl(2), F_OFD_SETLK) ensures that only one process renames.  Lines are
 * lost only when the older file is replaced, so it is not replaced while it is in use;
 * meanwhile the newer file grows, up to a multiple of its limit.  Beyond that the older file is
 * replaced anyway: then only the line of a process that was stopped for so long is lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "log.h"

/* Another attempt is needed only if others have filled and renamed the file meanwhile. */
#define ATTEMPTS 100
/* The file never grows beyond this multiple of its limit. */
#define OVERFULL 4

bool log_file_path(const struct capgate_policy *policy, char *buf, size_t size)
{
	static const char ours[] = "/run/capgate/";
	struct capgate_text path = policy->log_file;

	if (path.len == 0 || path.len >= size || memchr(path.p, 0, path.len))
		return false;
	if (path.len > strlen(ours) && memcmp(path.p, ours, strlen(ours)) == 0 &&
	    !userns_is_real_root())
		return (size_t)snprintf(buf, size, "/run/user/%u/capgate/%.*s", userns_outer_uid(),
					(int)(path.len - strlen(ours)),
					path.p + strlen(ours)) < size;
	memcpy(buf, path.p, path.len);
	buf[path.len] = '\0';
	return true;
}

/* Can only root write to the directory of path?  Creates that directory if it is missing. */
static bool directory_is_there(const char *path)
{
	struct capgate_error err;
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	bool missing;

	if (!slash || slash == path || slash[1] == '\0' || strlen(path) >= sizeof(dir))
		return false;
	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	if (trusted_directory(dir, &missing, &err) == 0)
		return true;
	/* Another hook may create it at the same moment. */
	return missing && (mkdir(dir, 0700) == 0 || errno == EEXIST) &&
	       trusted_directory(dir, &missing, &err) == 0;
}

static bool is_own_file(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == userns_euid() && st->st_nlink == 1 &&
	       !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* Does the name still refer to the open file? */
static bool still_there(const char *path, const struct stat *st)
{
	struct stat now;

	return lstat(path, &now) == 0 && now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

enum outcome { OPENED, AGAIN, GIVE_UP };

/* Renames the full file to the older name.  Returns false if another process is doing that, or,
 * unless forced, if the older file is in use. */
static bool rotate(const char *path, int fd, const struct stat *st, bool forced)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char old[PATH_MAX];
	int older;
	bool in_use, renamed;

	if ((size_t)snprintf(old, sizeof(old), "%s.1", path) >= sizeof(old) ||
	    fcntl(fd, F_OFD_SETLK, &whole) < 0 || !still_there(path, st))
		return false;
	older = open(old, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	in_use = older >= 0 && flock(older, LOCK_EX | LOCK_NB) < 0;
	renamed = (forced || !in_use) && rename(path, old) == 0;
	/* Until here the lock kept others from using the old file. */
	if (older >= 0)
		close(older);
	return renamed;
}

static enum outcome make_room(const char *path, int fd, const struct stat *st, size_t max_bytes)
{
	bool overfull = st->st_size >= (off_t)(max_bytes * OVERFULL);

	if (rotate(path, fd, st, overfull) || !still_there(path, st))
		return AGAIN;
	return overfull ? GIVE_UP : OPENED;
}

/* Tries once to open the file.  If the result is OPENED, *ret is the open file, which is in use
 * now. */
static enum outcome attempt(const char *path, size_t max_bytes, int *ret, struct stat *st)
{
	int fd = open(path,
		      O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		      0600);
	enum outcome outcome = GIVE_UP;
	bool known;

	if (fd < 0)
		return GIVE_UP;
	/*
	 * The lock is refused while another process replaces the file; then try again.  It is also
	 * refused if a stranger who may read the file holds a lock, which must not prevent us from
	 * writing.
	 */
	(void)!flock(fd, LOCK_SH | LOCK_NB);
	known = fstat(fd, st) == 0;
	if (known && !still_there(path, st))
		outcome = AGAIN;
	else if (known && is_own_file(st))
		outcome = st->st_size < (off_t)max_bytes ? OPENED
							 : make_room(path, fd, st, max_bytes);
	if (outcome == OPENED)
		*ret = fd;
	else
		close(fd);
	return outcome;
}

int log_file_open(const char *path, size_t max_bytes, bool *cut_line)
{
	int fd = -1;
	enum outcome outcome = AGAIN;
	struct stat st;
	char last = '\n';

	*cut_line = false;
	if (!directory_is_there(path))
		return -1;
	for (int i = 0; outcome == AGAIN && i < ATTEMPTS; i++)
		outcome = attempt(path, max_bytes, &fd, &st);
	/* The last line may be cut, if the disk was full. */
	if (fd >= 0 && st.st_size > 0)
		*cut_line = pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
	return fd;
}
