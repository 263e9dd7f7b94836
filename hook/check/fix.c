/* SPDX-License-Identifier: Apache-2.0 */
/* Rewritten copies, and files rewritten in place. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"

static int fail_system(struct capgate_error *err, const char *what, const char *path)
{
	io_fail(err, what, path);
	err->rule = CAPGATE_RULE_SYSTEM; /* of the system, not of the specification */
	return err->code;
}

static int write_and_sync(int fd, struct capgate_text text, const char *path,
			  struct capgate_error *err)
{
	int status = io_write_all(fd, text, err);

	if (status == 0 && fsync(fd) < 0)
		status = fail_system(err, "cannot write", path);
	return status;
}

/* ---- Copies ---------------------------------------------------------------------- */

/* Copies the part of a path that begins at *p, and moves *p past it.  The part is "" at the end.
 * Skips parts that lead nowhere or up. */
static bool next_part(const char **p, char part[NAME_MAX + 1])
{
	size_t n;

	for (;;) {
		while (**p == '/')
			++*p;
		n = strcspn(*p, "/");
		if (n == 0 || n > NAME_MAX)
			return false;
		memcpy(part, *p, n);
		part[n] = '\0';
		*p += n;
		if (strcmp(part, ".") != 0 && strcmp(part, "..") != 0)
			return true;
	}
}

int check_fix_copy(int dir, const char *path, struct capgate_text text, struct capgate_error *err)
{
	char part[NAME_MAX + 1], ahead[NAME_MAX + 1];
	const char *p = strcmp(path, "-") == 0 ? "stdin.json" : path;
	int at = dup(dir), fd, status;

	if (at < 0 || !next_part(&p, part))
		return fail_system(err, "cannot write a copy of", path);
	while (next_part(&p, ahead)) {
		int inner =
			mkdirat(at, part, 0777) < 0 && errno != EEXIST
				? -1
				: openat(at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		status = inner < 0 ? fail_system(err, "cannot make the directory of the copy of",
						 path)
				   : 0;
		close(at);
		if (status < 0)
			return status;
		at = inner;
		memcpy(part, ahead, sizeof(part));
	}
	fd = openat(at, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	status = fd < 0 ? fail_system(err, "cannot make the copy of", path)
			: write_and_sync(fd, text, path, err);
	if (fd >= 0) {
		close(fd);
		if (status < 0)
			(void)unlinkat(at, part, 0); /* the error is reported already */
	}
	close(at);
	return status;
}

/* ---- In place ---------------------------------------------------------------------- */

/* Is the open file still the one that was judged? */
static bool unchanged(int fd, struct capgate_text read, struct stat *st)
{
	struct capgate_text now;
	struct capgate_error ignored;
	bool same;

	if (fstat(fd, st) < 0 || !S_ISREG(st->st_mode) ||
	    io_read_all(fd, read.len + 1, &now, &ignored) < 0)
		return false;
	same = capgate_text_equal(now, read);
	io_free(now);
	return same;
}

static int replace(int dir, const char *name, const struct stat *st, struct capgate_text text,
		   struct capgate_error *err)
{
	char temporary[NAME_MAX + 1];
	int fd = -1, status;

	for (int tries = 0; fd < 0 && tries < 16; tries++) {
		snprintf(temporary, sizeof(temporary), ".%.200s.capgate-%ld-%d", name,
			 (long)getpid(), tries);
		fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		return fail_system(err, "cannot create a temporary file next to", name);
	status = write_and_sync(fd, text, name, err);
	/* Set the owner first, because chown(2) clears set-ID bits. */
	if (status == 0 &&
	    ((fchown(fd, st->st_uid, st->st_gid) < 0) || fchmod(fd, st->st_mode & 07777) < 0))
		status = fail_system(err, "cannot keep owner and mode of", name);
	if (status == 0 && renameat(dir, temporary, dir, name) < 0)
		status = fail_system(err, "cannot replace", name);
	close(fd);
	if (status < 0)
		(void)unlinkat(dir, temporary, 0); /* the error is reported already */
	else
		(void)fsync(dir); /* ignored, because some file systems cannot sync directories */
	return status;
}

int check_fix_in_place(const char *path, struct capgate_text read, struct capgate_text text,
		       struct capgate_error *err)
{
	char *real, *slash;
	struct stat st;
	int dir, fd, status;

	if (strcmp(path, "-") == 0)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
				    "standard input cannot be rewritten in place");
	/* A link stays a link: its target is replaced. */
	real = realpath(path, NULL);
	if (!real)
		return fail_system(err, "cannot resolve", path);
	slash = strrchr(real, '/');
	*slash = '\0';
	dir = open(slash == real ? "/" : real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = dir < 0 ? -1 : io_open_regular(dir, slash + 1, err);
	if (dir < 0)
		status = fail_system(err, "cannot open the directory of", path);
	else if (fd < 0)
		status = fd;
	else if (!unchanged(fd, read, &st))
		status = capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				      "the file changed while it was judged, and is not rewritten");
	else
		status = replace(dir, slash + 1, &st, text, err);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	free(real);
	return status;
}

int check_fix(const struct report_plan *plan, const char *path, struct capgate_text read,
	      struct capgate_text text, struct report_item *item, struct capgate_error *err)
{
	int status = 0;

	if (plan->fix_dir >= 0)
		status = check_fix_copy(plan->fix_dir, path, text, err);
	else if (plan->in_place)
		status = check_fix_in_place(path, read, text, err);
	item->fixed = status == 0 && (plan->fix_dir >= 0 || plan->in_place);
	return status;
}
