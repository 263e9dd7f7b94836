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
#include <unistd.h>

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

/* Identifies the opened file.  Returns false if that fails. */
static bool look(int fd, struct predict_seen *ret)
{
	struct stat st;

	*ret = (struct predict_seen){.error = fd < 0 ? errno : 0};
	if (fd < 0)
		return true;
	if (fstat(fd, &st) < 0)
		return false;
	ret->device = st.st_dev;
	ret->inode = st.st_ino;
	ret->mode = st.st_mode;
	ret->uid = st.st_uid;
	ret->gid = st.st_gid;
	ret->changed = st.st_ctim;
	return true;
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

void predict_trace_add(struct predict_trace *trace, const char *path, bool link_itself, int fd)
{
	const int why = errno;
	const struct capgate_text name = bare(path);
	struct predict_seen seen;

	/* The memory compares the root directory itself. */
	if (name.len > 0 && !is_known(trace, name, link_itself)) {
		if (trace->n == PREDICT_SEEN || name.len >= sizeof(trace->paths) - trace->used ||
		    !look(fd, &seen)) {
			trace->incomplete = true;
		} else {
			seen.path = trace->used;
			seen.link_itself = link_itself;
			memcpy(trace->paths + trace->used, name.p, name.len);
			trace->paths[trace->used + name.len] = '\0';
			trace->used += name.len + 1;
			trace->seen[trace->n++] = seen;
		}
	}
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

/* Does this entry follow from another one? */
static bool follows(const struct predict_trace *trace, const struct predict_seen *seen)
{
	const char *path = trace->paths + seen->path;

	if (seen->error != ENOENT)
		return false;
	for (size_t i = 0; i < trace->n; i++)
		if (&trace->seen[i] != seen && is_no_name(&trace->seen[i]) &&
		    is_within(path, trace->paths + trace->seen[i].path))
			return true;
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

bool predict_trace_holds(const struct predict_root *root, const struct predict_seen *seen, size_t n,
			 const char *paths)
{
	bool same = true;

	for (size_t i = 0; same && i < n; i++) {
		int fd = predict_open_again(root, paths + seen[i].path,
					    O_PATH | (seen[i].link_itself ? O_NOFOLLOW : 0));
		struct predict_seen now;

		same = look(fd, &now) && is_same_file(&now, &seen[i]);
		if (fd >= 0)
			close(fd);
	}
	return same;
}
