/* SPDX-License-Identifier: Apache-2.0 */
#include "filtercache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* crun keeps names that begin with a dot when it removes old filters. */
#define MARK ".capgate"
/* crun itself keeps only some dozens. */
#define FILTERS_MAX 100000
/* The cache does not exist, which is no error.  No error has this number. */
#define NOTHING INT_MIN

static int fail_owner(struct capgate_error *err, const char *root)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
			    "crun's cache of seccomp filters, %.200s/.cache/seccomp, is writable "
			    "for users other than root; remove it",
			    root);
}

/* Does the caller own the open directory, and can nobody else write to it? */
static bool is_own(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 022);
}

/* Opens a subdirectory.  Both must belong to the caller.  Returns a descriptor, or NOTHING if
 * the subdirectory does not exist, or an error. */
static int step_into(int dir, const char *root, const char *name, struct capgate_error *err)
{
	int next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (next < 0)
		return errno == ENOENT ? NOTHING
				       : io_fail(err, "crun's cache of filters cannot be opened:",
						 root);
	if (is_own(dir) && is_own(next))
		return next;
	close(next);
	return fail_owner(err, root);
}

/* Opens the cache.  Returns a descriptor, NOTHING, or an error. */
static int open_cache(const char *root, struct capgate_error *err)
{
	int top = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), middle, cache;

	if (top < 0)
		return errno == ENOENT ? NOTHING : io_fail(err, "cannot be opened:", root);
	middle = step_into(top, root, ".cache", err);
	close(top);
	if (middle < 0)
		return middle;
	cache = step_into(middle, root, "seccomp", err);
	close(middle);
	return cache;
}

/* Called for each filter.  Return 0 to continue. */
typedef int filter_visit(int dir, const char *name, void *user);

static int each_filter(int cache, filter_visit *visit, void *user)
{
	int copy = fcntl(cache, F_DUPFD_CLOEXEC, 0), status = 0, n = 0;
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return -1;
	}
	rewinddir(dir);
	while (status == 0 && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			status = ++n > FILTERS_MAX ? -1 : visit(cache, entry->d_name, user);
	closedir(dir);
	return status;
}

static int remove_filter(int dir, const char *name, void *user)
{
	(void)user;
	return unlinkat(dir, name, 0) == 0 || errno == ENOENT ? 0 : -1;
}

static bool is_marked(int cache)
{
	struct stat st;

	return fstatat(cache, MARK, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

static int mark(int cache)
{
	int fd = openat(cache, MARK, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? -1 : close(fd);
}

static int unmark(int cache)
{
	return unlinkat(cache, MARK, 0) == 0 || errno == ENOENT ? 0 : -1;
}

static int empty(int cache)
{
	return unmark(cache) < 0 ? -1 : each_filter(cache, remove_filter, NULL);
}

static int empty_and_mark(int cache)
{
	return is_marked(cache) ? 0 : empty(cache) < 0 ? -1 : mark(cache);
}

static int at_cache(const char *root, int act(int cache), struct capgate_error *err)
{
	int cache = open_cache(root, err), status = 0;

	if (cache < 0)
		return cache == NOTHING ? 0 : cache;
	if (act(cache) < 0)
		status = io_fail(err, "crun's cache of filters cannot be cleared:", root);
	close(cache);
	return status;
}

int filtercache_own(const char *root, struct capgate_error *err)
{
	return at_cache(root, empty_and_mark, err);
}

int filtercache_disown(const char *root, struct capgate_error *err)
{
	return at_cache(root, unmark, err);
}

int filtercache_clear(const char *root, struct capgate_error *err)
{
	return at_cache(root, empty, err);
}

/* ---- Looking ------------------------------------------------------------------------- */

struct older {
	struct timespec begin;
	size_t n;
};

static int count_filter(int dir, const char *name, void *user)
{
	struct older *o = user;
	struct stat st;

	/* mtime is the time of compilation.  A use makes a hard link, which changes only
	 * ctime. */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (st.st_mtim.tv_sec < o->begin.tv_sec ||
	     (st.st_mtim.tv_sec == o->begin.tv_sec && st.st_mtim.tv_nsec < o->begin.tv_nsec)))
		o->n++;
	return 0;
}

int filtercache_count(const char *root, const struct timespec *begin, size_t *ret,
		      struct capgate_error *err)
{
	struct older o = {*begin, 0};
	int cache = open_cache(root, err), status = 0;

	if (cache < 0 && cache != NOTHING)
		return cache;
	if (cache >= 0 && !is_marked(cache) && each_filter(cache, count_filter, &o) < 0)
		status = io_fail(err, "crun's cache of filters cannot be read:", root);
	if (cache >= 0)
		close(cache);
	if (status == 0)
		*ret = o.n;
	return status;
}
