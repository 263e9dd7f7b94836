/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer is reused only while each path that it looked up still leads to the same file with
 * the same status-change time, or still to nothing.  Not every path has to be checked: a path
 * below one that leads to nothing also leads to nothing, and the names in the root directory do
 * not change while that directory is unchanged, which the memory compares itself.
 */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Kernels before 6.13 take the time of their last tick, which is up to 10 ms old, so two
 * changes can have the same time. */
#define SETTLED_NS 50000000

bool predict_is_settled(int64_t seconds, int64_t nanoseconds)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec - 1 > seconds)
		return true;
	return now.tv_sec >= seconds &&
	       (now.tv_sec - seconds) * 1000000000 + now.tv_nsec - nanoseconds > SETTLED_NS;
}

/* Removes slashes at both ends, so that "/a//" and "a" are the same path. */
static struct capgate_text bare(const char *path)
{
	size_t n;

	path += strspn(path, "/");
	n = strlen(path);
	while (n > 0 && path[n - 1] == '/')
		n--;
	return (struct capgate_text){path, n};
}

static bool is_same_file(const struct predict_seen *a, const struct predict_seen *b)
{
	return a->error == b->error && a->device == b->device && a->inode == b->inode &&
	       a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

static void identify(const struct stat *st, struct predict_seen *ret)
{
	*ret = (struct predict_seen){
		.device = st->st_dev,
		.inode = st->st_ino,
		.mode = st->st_mode,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.changed = st->st_ctim,
	};
}

/* Identifies the opened file.  Returns false if that fails. */
static bool look(int fd, struct predict_seen *ret)
{
	struct stat st;

	if (fd < 0) {
		*ret = (struct predict_seen){.error = errno};
		return true;
	}
	if (fstat(fd, &st) < 0)
		return false;
	identify(&st, ret);
	return true;
}

static bool is_link(int dir, const char *path)
{
	char text[1];

	return readlinkat(dir, path, text, sizeof(text)) >= 0 || errno != EINVAL;
}

/* Does the path consist of one name or two, and is none of them a link? */
static bool has_no_link(int dir, struct capgate_text path)
{
	char name[256];
	char *slash;

	if (path.len >= sizeof(name))
		return false;
	memcpy(name, path.p, path.len);
	name[path.len] = '\0';
	slash = strchr(name, '/');
	if (name[0] == '.' || (slash && (slash[1] == '.' || strchr(slash + 1, '/'))))
		return false;
	if (slash) {
		*slash = '\0';
		if (is_link(dir, name))
			return false;
		*slash = '/';
	}
	return !is_link(dir, name);
}

static bool is_known(const struct predict_trace *trace, struct capgate_text path, bool link_itself)
{
	for (size_t i = 0; i < trace->n; i++)
		if (trace->seen[i].link_itself == link_itself &&
		    strncmp(trace->paths + trace->seen[i].path, path.p, path.len) == 0 &&
		    trace->paths[trace->seen[i].path + path.len] == '\0')
			return true;
	return false;
}

static bool add_seen(const struct predict_root *root, struct capgate_text name, bool link_itself,
		     int fd)
{
	struct predict_trace *trace = root->trace;
	struct predict_seen seen;

	if (trace->n == PREDICT_SEEN || name.len >= sizeof(trace->paths) - trace->used ||
	    !look(fd, &seen))
		return false;
	if (fd >= 0 && !predict_is_settled(seen.changed.tv_sec, seen.changed.tv_nsec))
		return false;
	seen.path = trace->used;
	seen.link_itself = link_itself;
	seen.plain = fd >= 0 && has_no_link(root->fd, name);
	memcpy(trace->paths + trace->used, name.p, name.len);
	trace->paths[trace->used + name.len] = '\0';
	trace->used += name.len + 1;
	trace->seen[trace->n++] = seen;
	return true;
}

void predict_trace_add(const struct predict_root *root, const char *path, bool link_itself, int fd)
{
	const int why = errno;
	const struct capgate_text name = bare(path);

	/* The memory compares the root directory itself. */
	if (name.len > 0 && !is_known(root->trace, name, link_itself) &&
	    !add_seen(root, name, link_itself, fd))
		root->trace->incomplete = true;
	errno = why;
}

bool predict_trace_implies(const char *path, const char *place)
{
	const struct capgate_text asked = bare(path), found = bare(place);

	return !memchr(asked.p, '/', asked.len) && asked.len == found.len &&
	       memcmp(asked.p, found.p, asked.len) == 0;
}

/* Does nothing have this name, not even a broken link? */
static bool is_no_name(const struct predict_seen *seen)
{
	return seen->link_itself && seen->error == ENOENT;
}

static bool is_within(const char *path, const char *dir)
{
	const size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* Is the path a name in that directory?  While the directory is unchanged, no name is added. */
static bool is_name_in(const char *path, const struct predict_seen *dir, const char *dir_path)
{
	const size_t n = strlen(dir_path);

	return dir->error == 0 && S_ISDIR(dir->mode) && strncmp(path, dir_path, n) == 0 &&
	       path[n] == '/' && path[n + 1] != '/' && !strchr(path + n + 1, '/');
}

/* Does this entry follow from another one? */
static bool follows(const struct predict_trace *trace, const struct predict_seen *seen)
{
	const char *path = trace->paths + seen->path;

	if (seen->error != ENOENT)
		return false;
	for (size_t i = 0; i < trace->n; i++) {
		const struct predict_seen *other = &trace->seen[i];
		const char *other_path = trace->paths + other->path;

		if (other != seen && is_no_name(other) && is_within(path, other_path))
			return true;
		if (is_no_name(seen) && is_name_in(path, other, other_path))
			return true;
	}
	return is_no_name(seen) && !strchr(path, '/');
}

void predict_trace_shorten(struct predict_trace *trace)
{
	bool left_out[PREDICT_SEEN];
	size_t n = 0;

	for (size_t i = 0; i < trace->n; i++)
		left_out[i] = follows(trace, &trace->seen[i]);
	for (size_t i = 0; i < trace->n; i++)
		if (!left_out[i])
			trace->seen[n++] = trace->seen[i];
	trace->n = n;
}

/* Identifies what the path leads to now.  Returns false if that fails. */
static bool look_again(const struct predict_root *root, const struct predict_seen *seen,
		       const char *path, struct predict_seen *ret)
{
	struct stat st;
	bool known;
	int fd;

	/* One call in place of three.  It does not lead out of the root: the first name is no
	 * link as long as the root directory is unchanged. */
	if (seen->plain) {
		if (fstatat(root->fd, path, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
			return false;
		identify(&st, ret);
		return true;
	}
	fd = predict_open_again(root, path, O_PATH | (seen->link_itself ? O_NOFOLLOW : 0));
	known = look(fd, ret);
	if (fd >= 0)
		close(fd);
	return known;
}

bool predict_trace_holds(const struct predict_root *root, const struct predict_seen *seen, size_t n,
			 const char *paths)
{
	struct predict_seen now;

	for (size_t i = 0; i < n; i++)
		if (!look_again(root, &seen[i], paths + seen[i].path, &now) ||
		    !is_same_file(&now, &seen[i]))
			return false;
	return true;
}
