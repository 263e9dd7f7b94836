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
 * Root, or the user who runs this.  In a user's own namespace, where capgate only advises, the
 * host's root appears as the unmapped user.
 */
static bool owner_is_trusted(uid_t owner)
{
	if (owner == 0 || owner == userns_euid())
		return true;
	return !userns_is_initial() && owner == userns_unmapped_uid();
}

/*
 * The kinds of components of a path.  In a sticky directory users cannot rename what belongs to
 * others.  A directory has only one name, so a directory that root owns is the one that root
 * made.  A file can have several names: in a directory that others may write to, they can
 * create a link to another file of root's.
 */
enum part { WAY, HOLDER, FILE_ITSELF };

/* The owner must be trusted, and nobody else may be able to write. */
static int check(const struct stat *st, const char *path, enum part part, struct capgate_error *err)
{
	if (!owner_is_trusted(st->st_uid))
		return distrust(err, path, "it is not owned by root; use: chown root");
	if (part == HOLDER && st->st_mode & S_ISVTX && st->st_mode & (S_IWGRP | S_IWOTH))
		return distrust(err, path,
				"other users may create files in it; use a directory that only "
				"root can write");
	if (st->st_mode & (S_IWGRP | S_IWOTH) && !(part == WAY && st->st_mode & S_ISVTX))
		return distrust(err, path,
				"its group or other users can write it; use: chmod go-w");
	if (part == FILE_ITSELF && !S_ISREG(st->st_mode))
		return distrust(err, path, "it is not a regular file");
	return 0;
}

/* Not strspn(3): each more function of the C library is a page fault. */
static size_t slashes(const char *path)
{
	size_t n = 0;

	while (path[n] == '/')
		n++;
	return n;
}

static size_t until_slash(const char *path)
{
	size_t n = 0;

	while (path[n] && path[n] != '/')
		n++;
	return n;
}

/* Which kind of component this is, given the rest of the path. */
static enum part part_of(const char *rest, bool to_directory)
{
	rest += slashes(rest);
	if (*rest == '\0')
		return to_directory ? HOLDER : FILE_ITSELF;
	rest += until_slash(rest);
	return !to_directory && rest[slashes(rest)] == '\0' ? HOLDER : WAY;
}

static int not_a_directory(struct capgate_error *err, const char *path)
{
	return distrust(err, path, "it is a symbolic link or not a directory; name the real path");
}

/* Checks a directory on the way.  It need not be readable; /home often is not. */
static int pass(const char *path, enum part part, bool *missing, struct capgate_error *err)
{
	struct stat st;

	if (lstat(path, &st) < 0) {
		*missing = errno == ENOENT;
		return io_fail(err, "cannot open", path);
	}
	return S_ISDIR(st.st_mode) ? check(&st, path, part, err) : not_a_directory(err, path);
}

/* The result for "/", kept because every path begins with it and only root can change it. */
static bool root_passed_as[FILE_ITSELF];

void trusted_changed(void)
{
	memset(root_passed_as, 0, sizeof(root_passed_as));
}

static int pass_root(enum part part, bool *missing, struct capgate_error *err)
{
	if (part == FILE_ITSELF || !root_passed_as[part]) {
		if (pass("/", part, missing, err) < 0)
			return err->code;
		if (part != FILE_ITSELF)
			root_passed_as[part] = true;
	}
	return 0;
}

static bool is_dots(const char *name, size_t len)
{
	return (len == 1 && name[0] == '.') || (len == 2 && name[0] == '.' && name[1] == '.');
}

/* A path during the walk: the part that is left, and the part that was checked. */
struct walk {
	char todo[PATH_MAX], *way;
	size_t at, len;
	unsigned links;
};

#define LINKS_MAX 8

/*
 * Follows a link instead of a directory, but only in a user's own namespace, where capgate only
 * advises: rootlesskit, under which a rootless dockerd runs, turns every entry of /etc and /run
 * into a link (--copy-up), and these directories are sticky there.  Whoever may create a link
 * there may as well create a directory.  A link with a second name is not followed, because it
 * may be meant for something else.  Returns false if the link is not followed; then the walk is
 * unchanged.
 */
static bool follow(struct walk *w)
{
	char target[PATH_MAX], rest[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (userns_is_initial() || w->links == LINKS_MAX || lstat(w->way, &st) < 0 ||
	    !S_ISLNK(st.st_mode) || st.st_nlink != 1 || !owner_is_trusted(st.st_uid))
		return false;
	n = readlink(w->way, target, sizeof(target));
	if (n <= 0 || (size_t)n + 1 + strlen(w->todo + w->at) >= sizeof(w->todo))
		return false;
	strcpy(rest, w->todo + w->at);
	memcpy(w->todo, target, (size_t)n);
	w->todo[n] = '/';
	strcpy(w->todo + n + 1, rest);
	w->at = slashes(w->todo);
	while (w->len > 0 && (target[0] == '/' || w->way[w->len] != '/'))
		w->len--;
	w->way[w->len] = '\0';
	w->links++;
	return true;
}

/*
 * Checks every directory from "/" to the last component.  Checking by name is enough: if only
 * root may write to a directory, or if it is sticky and root owns the entry, nobody else can
 * replace the entry between this check and the next. way becomes the resolved path without a
 * slash at its end, because with one the kernel would follow a link.
 */
static int pass_to_last(const char *path, bool to_directory, char way[PATH_MAX], bool *missing,
			struct capgate_error *err)
{
	struct walk w = {.way = way, .at = slashes(path)};

	if (pass_root(part_of(path, to_directory), missing, err) < 0)
		return err->code;
	strcpy(w.todo, path);
	memcpy(way, "/", 2);
	while (w.todo[w.at]) {
		const char *name = w.todo + w.at;
		const size_t n = until_slash(name), next = n + slashes(name + n);
		const bool last = name[next] == '\0';

		if (is_dots(name, n))
			return distrust(err, path,
					"the path contains . or ..; write the full path");
		if (w.len + 1 + n >= PATH_MAX)
			return distrust(err, path, "its path is too long after links are followed");
		way[w.len++] = '/';
		memcpy(way + w.len, name, n);
		w.len += n;
		way[w.len] = '\0';
		w.at += next;
		if ((!last || to_directory) && follow(&w))
			continue;
		if (!last && pass(way, part_of(name + n, to_directory), missing, err) < 0)
			return err->code;
	}
	return 0;
}

/* Opens the last component. way has no slash at its end; path is for messages. */
static int open_last(const char *way, const char *path, bool directory, bool *missing,
		     struct capgate_error *err)
{
	struct stat st;
	int status = 0;
	int fd = open(way, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW |
				   (directory ? O_DIRECTORY : 0));

	if (fd < 0) {
		*missing = errno == ENOENT;
		return errno == ELOOP || (errno == ENOTDIR && directory)
			       ? not_a_directory(err, path)
			       : io_fail(err, "cannot open", path);
	}
	if (fstat(fd, &st) < 0)
		status = io_fail(err, "cannot examine", path);
	if (status == 0)
		status = check(&st, path, directory ? HOLDER : FILE_ITSELF, err);
	if (status == 0)
		return fd;
	close(fd);
	return status;
}

static int check_path(const char *path, bool *missing, struct capgate_error *err)
{
	*missing = false;
	if (path[0] != '/')
		return distrust(err, path, "it is not an absolute path");
	if (strlen(path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return io_fail(err, "cannot open", path);
	}
	return 0;
}

static int names_a_file(const char *path, struct capgate_error *err)
{
	return path[0] && path[strlen(path) - 1] == '/' ? distrust(err, path, "it is a directory")
							: 0;
}

int trusted_open(const char *path, bool *missing, struct capgate_error *err)
{
	char way[PATH_MAX];

	if (names_a_file(path, err) < 0 || check_path(path, missing, err) < 0 ||
	    pass_to_last(path, false, way, missing, err) < 0)
		return err->code;
	return open_last(way, path, false, missing, err);
}

struct capgate_text trusted_read(const char *path, size_t limit)
{
	struct capgate_text text = {0};
	struct capgate_error err;
	bool missing;
	int fd = trusted_open(path, &missing, &err);

	if (fd < 0)
		return text;
	if (io_read_all(fd, limit, &text, &err) < 0)
		text = (struct capgate_text){0};
	close(fd);
	return text;
}

int trusted_open_in(const char *path, bool directory, bool *missing, struct capgate_error *err)
{
	if (names_a_file(path, err) < 0 || check_path(path, missing, err) < 0)
		return err->code;
	return open_last(path, path, directory, missing, err);
}

int trusted_directory(const char *path, bool *missing, struct capgate_error *err)
{
	char way[PATH_MAX];

	if (check_path(path, missing, err) < 0 || pass_to_last(path, true, way, missing, err) < 0)
		return err->code;
	return pass(way, HOLDER, missing, err);
}
