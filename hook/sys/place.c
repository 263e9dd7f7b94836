/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/base.h"
#include "io.h"
#include "say.h"
#include "trusted.h"
#include "userns.h"

/* Much larger than any engine's configuration, because also the program itself is copied. */
#define PLACE_MAX ((size_t)64 << 20)

static int fail_place(struct capgate_error *err, const char *what, const char *path)
{
	int saved = errno;
	char shown[256];

	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s %s: %s", what,
			    capgate_shown(capgate_text_of(path), 120, shown, sizeof(shown)),
			    io_words(saved));
}

/* ---- Another root ---------------------------------------------------------------- */

static int write_words(const char *path, const char *words)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n, len = (ssize_t)strlen(words);

	if (fd < 0)
		return -1;
	n = write(fd, words, (size_t)len);
	close(fd);
	return n == len ? 0 : -1;
}

/* Enters a user namespace in which this user is root. */
static int become_root(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWUSER) < 0)
		return -1;
	userns_changed();
	if (write_words("/proc/self/setgroups", "deny") < 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (write_words("/proc/self/uid_map", map) < 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_words("/proc/self/gid_map", map);
}

static bool entered;

bool place_is_other(void)
{
	return entered;
}

int place_enter(const char *root, struct capgate_error *err)
{
	if (!root || strcmp(root, "/") == 0)
		return 0;
	if (chroot(root) < 0 && (errno != EPERM || become_root() < 0 || chroot(root) < 0))
		return fail_place(err, "cannot use as root directory", root);
	trusted_changed();
	entered = true;
	return chdir("/") < 0 ? fail_place(err, "cannot enter", root) : 0;
}

/* ---- Reading --------------------------------------------------------------------- */

int place_read(const char *path, struct capgate_text *ret, bool *missing, struct capgate_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), status;
	struct stat st;

	*missing = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
	*ret = (struct capgate_text){0};
	if (*missing)
		return 0;
	if (fd < 0)
		return fail_place(err, "cannot open", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "%.150s is not a regular file", path);
	}
	status = io_read_all(fd, PLACE_MAX, ret, err);
	close(fd);
	return status;
}

bool place_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* ---- Writing --------------------------------------------------------------------- */

/* Opens the directory of path, and creates it if necessary. *base becomes the last component. */
static int open_directory(const char *path, const char **base, struct capgate_error *err)
{
	char part[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd;

	if (path[0] != '/' || strlen(path) >= sizeof(part)) {
		errno = EINVAL;
		return fail_place(err, "cannot write", path);
	}
	for (const char *p = path + 1; (p = strchr(p, '/')); p++) {
		memcpy(part, path, (size_t)(p - path));
		part[p - path] = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return fail_place(err, "cannot make the directory", part);
	}
	memcpy(part, path, (size_t)(slash - path));
	part[slash - path] = '\0';
	*base = slash + 1;
	fd = open(slash == path ? "/" : part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? fail_place(err, "cannot open", part) : fd;
}

/*
 * Opens the directory for the temporary file.  For a directory "NAME.d" it is the one above,
 * because CRI-O reads every file in crio.conf.d, even hidden ones, and a half-written file
 * would prevent it from starting.  If the directory is a mount point, it is the directory
 * itself, because rename(2) does not cross mounts.
 */
static int open_for_temporary(int dir, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat here, above;
	int fd;

	if (slash - path < 3 || slash[-1] != 'd' || slash[-2] != '.')
		return dir;
	fd = openat(dir, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return dir;
	if (fstat(dir, &here) == 0 && fstat(fd, &above) == 0 && here.st_dev == above.st_dev &&
	    above.st_uid == here.st_uid)
		return fd;
	close(fd);
	return dir;
}

/* The name is hidden and has a suffix that no engine reads. */
static void name_temporary(const char *base, char *buf, size_t size)
{
	snprintf(buf, size, ".%.200s.capgate-new", base);
}

/* Writes the temporary file: owner, mode and content, then syncs it. */
static int write_temporary(int from, int dir, const char *base, const char *temporary,
			   mode_t mode, struct capgate_text text, struct capgate_error *err)
{
	int fd = openat(from, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			0600);
	struct stat old;
	int status;

	if (fd < 0)
		return fail_place(err, "cannot make", temporary);
	status = io_write_all(fd, text, err);
	if (status == 0 && fstatat(dir, base, &old, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(old.st_mode) && fchown(fd, old.st_uid, old.st_gid) < 0 && errno != EPERM)
		status = fail_place(err, "cannot set the owner of", temporary);
	if (status == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0))
		status = fail_place(err, "cannot write", temporary);
	close(fd);
	return status;
}

/* What to create: a link if there is a target, else a file. */
struct making {
	const char *path, *target;
	mode_t mode;
	struct capgate_text text;
};

/* Creates it through a temporary file in the directory from. *other_mount: it cannot be renamed
 * from there. */
static int make_by(const struct making *m, int from, int dir, const char *base, bool *other_mount,
		   struct capgate_error *err)
{
	char temporary[NAME_MAX + 1];
	int status;

	name_temporary(base, temporary, sizeof(temporary));
	unlinkat(from, temporary, 0); /* left by an interrupted run */
	if (!m->target)
		status = write_temporary(from, dir, base, temporary, m->mode, m->text, err);
	else
		status = symlinkat(m->target, from, temporary) < 0
				 ? fail_place(err, "cannot make", m->path)
				 : 0;
	if (status == 0 && (renameat(from, temporary, dir, base) < 0 || fsync(dir) < 0)) {
		*other_mount = errno == EXDEV;
		status = fail_place(err, "cannot set place", m->path);
	}
	if (status < 0)
		unlinkat(from, temporary, 0);
	return status;
}

static int make_in_place(const struct making *m, struct capgate_error *err)
{
	const char *base;
	bool other_mount = false;
	int dir = open_directory(m->path, &base, err), from, status;

	if (dir < 0)
		return dir;
	from = open_for_temporary(dir, m->path);
	status = make_by(m, from, dir, base, &other_mount, err);
	if (other_mount && from != dir)
		status = make_by(m, dir, dir, base, &other_mount, err);
	if (from != dir)
		close(from);
	close(dir);
	return status;
}

int place_write(const char *path, mode_t mode, struct capgate_text text, struct capgate_error *err)
{
	return make_in_place(&(struct making){path, NULL, mode, text}, err);
}

int place_link(const char *path, const char *target, struct capgate_error *err)
{
	return make_in_place(&(struct making){.path = path, .target = target}, err);
}

/* Removes what an interrupted run left beside the file, or in the directory above. */
static void remove_leftovers(const char *path, const char *slash)
{
	static const char *const where[] = {"", "/.."};
	char temporary[NAME_MAX + 1], leftover[PATH_MAX];

	if (slash - path >= PATH_MAX - NAME_MAX - 8)
		return;
	name_temporary(slash + 1, temporary, sizeof(temporary));
	for (size_t i = 0; i < COUNT(where); i++) {
		snprintf(leftover, sizeof(leftover), "%.*s%s/%s", (int)(slash - path), path,
			 where[i], temporary);
		unlink(leftover);
	}
}

int place_remove(const char *path, struct capgate_error *err)
{
	const char *slash = strrchr(path, '/');

	if (slash)
		remove_leftovers(path, slash);
	return unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR
		       ? fail_place(err, "cannot remove", path)
		       : 0;
}

struct capgate_text place_text(struct capgate_arena *arena, const char *path, bool *missing)
{
	struct capgate_text text, copy = {0};
	struct capgate_error err;
	char *p;

	if (place_read(path, &text, missing, &err) < 0 || *missing)
		return copy;
	p = text.len < CAPGATE_TEXT_MAX ? capgate_arena_alloc(arena, text.len + 1) : NULL;
	if (p) {
		memcpy(p, text.p, text.len);
		copy = (struct capgate_text){p, text.len};
	}
	io_free(text);
	return copy;
}

bool place_is_elsewhere(int error)
{
	return error == ENOENT || error == ENOTDIR || (error == EACCES && geteuid() != 0);
}
