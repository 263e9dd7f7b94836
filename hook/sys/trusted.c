/* SPDX-License-Identifier: Apache-2.0 */
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/base.h"
#include "io.h"
#include "userns.h"

static int distrust(struct capgate_error *err, const char *path, const char *why)
{
	char shown[200];

	return capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, CAPGATE_NOWHERE,
			    "%s is not trusted: %s",
			    capgate_shown(capgate_text_of(path), 80, shown, sizeof(shown)), why);
}

/*
 * Root, or the user who runs this.  In a user's own namespace the machine's
 * root is one of those whom it does not map; the gate only advises there.
 */
static bool owner_is_trusted(uid_t owner)
{
	if (owner == 0 || owner == geteuid())
		return true;
	return !userns_is_initial() && owner == userns_unmapped_uid();
}

/*
 * What a path leads through.  In a sticky directory others cannot rename what is
 * not theirs, and a directory has one name, so one that is owned by root is the
 * one that root put there.  A file may have many: where others may write, they
 * can link one of root's that was meant for something else.
 */
enum part { WAY, HOLDER, FILE_ITSELF };

/* The owner is trusted; nobody else may write. */
static int check(int fd, const char *path, enum part part, struct capgate_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return io_fail(err, "cannot examine", path);
	if (!owner_is_trusted(st.st_uid))
		return distrust(err, path, "it is not owned by root; use: chown root");
	if (part == HOLDER && st.st_mode & S_ISVTX && st.st_mode & (S_IWGRP | S_IWOTH))
		return distrust(
			err, path,
			"others may put files into it; use a directory that only root may write");
	if (st.st_mode & (S_IWGRP | S_IWOTH) && !(part == WAY && st.st_mode & S_ISVTX))
		return distrust(err, path, "group or others may write it; use: chmod go-w");
	if (part == FILE_ITSELF && !S_ISREG(st.st_mode))
		return distrust(err, path, "it is not a regular file");
	return 0;
}

/* What that is which rest is left of the path behind. */
static enum part part_of(const char *rest, bool to_directory)
{
	rest += strspn(rest, "/");
	if (*rest == '\0')
		return to_directory ? HOLDER : FILE_ITSELF;
	rest += strcspn(rest, "/");
	return !to_directory && rest[strspn(rest, "/")] == '\0' ? HOLDER : WAY;
}

/* The first bytes of a path, for messages, which show less. */
#define SO_FAR_SIZE 128

static void show_so_far(char so_far[SO_FAR_SIZE], const char *path, size_t len)
{
	if (len >= SO_FAR_SIZE)
		len = SO_FAR_SIZE - 1;
	memcpy(so_far, path, len);
	so_far[len] = '\0';
}

/* The component at path[*at], opened below dir; *at moves behind it. */
static int step(int dir, const char *path, size_t *at, bool to_directory, struct capgate_error *err,
		bool *missing)
{
	char name[NAME_MAX + 1], so_far[SO_FAR_SIZE];
	size_t len = strcspn(path + *at, "/");
	enum part part = part_of(path + *at + len, to_directory);
	bool directory = part != FILE_ITSELF,
	     last = path[*at + len + strspn(path + *at + len, "/")] == '\0';
	/* What is only passed through need not be readable: /home often is not. */
	int mode = last ? O_RDONLY | O_NONBLOCK | O_NOCTTY : O_PATH;
	int fd;

	if (len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return io_fail(err, "cannot open", path);
	}
	memcpy(name, path + *at, len);
	name[len] = '\0';
	*at += len;
	show_so_far(so_far, path, *at);
	*at += strspn(path + *at, "/");
	if (strcmp(name, "..") == 0 || strcmp(name, ".") == 0)
		return distrust(err, path, "the path holds . or ..; write it out");
	fd = openat(dir, name, mode | O_CLOEXEC | O_NOFOLLOW | (directory ? O_DIRECTORY : 0));
	if (fd < 0) {
		*missing = errno == ENOENT;
		if (errno == ELOOP || (errno == ENOTDIR && directory))
			return distrust(
				err, so_far,
				"it is a symbolic link or no directory; name the real place");
		return io_fail(err, "cannot open", so_far);
	}
	if (check(fd, so_far, part, err) < 0) {
		close(fd);
		return err->code;
	}
	return fd;
}

static int open_path(const char *path, bool directory, bool *missing, struct capgate_error *err)
{
	size_t at = strspn(path, "/");
	int fd;

	*missing = false;
	if (path[0] != '/')
		return distrust(err, path, "it is not an absolute path");
	if (strlen(path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return io_fail(err, "cannot open", path);
	}
	fd = open("/", (path[at] ? O_PATH : O_RDONLY) | O_CLOEXEC | O_DIRECTORY);
	if (fd < 0)
		return io_fail(err, "cannot open", "/");
	if (check(fd, "/", part_of(path, directory), err) < 0) {
		close(fd);
		return err->code;
	}
	while (path[at]) {
		int next = step(fd, path, &at, directory, err, missing);

		close(fd);
		if (next < 0)
			return next;
		fd = next;
	}
	return fd;
}

int trusted_open(const char *path, bool *missing, struct capgate_error *err)
{
	if (path[0] && path[strlen(path) - 1] == '/')
		return distrust(err, path, "it names a directory");
	return open_path(path, false, missing, err);
}

int trusted_open_in(int dir, const char *path, bool directory, bool *missing,
		    struct capgate_error *err)
{
	const char *slash = strrchr(path, '/');
	size_t at = slash ? (size_t)(slash + 1 - path) : 0;

	*missing = false;
	if (strlen(path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return io_fail(err, "cannot open", path);
	}
	return step(dir, path, &at, directory, err, missing);
}

int trusted_open_directory(const char *path, bool *missing, struct capgate_error *err)
{
	return open_path(path, true, missing, err);
}
