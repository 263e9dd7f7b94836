/* SPDX-License-Identifier: Apache-2.0 */
/* Records what a prediction looked up in a root file system, so that it can be checked again. */
#ifndef PREDICT_TRACE_H
#define PREDICT_TRACE_H

#include "parts.h"

/* What a path led to when it was looked up. */
struct predict_seen {
	size_t path;      /* within the root, as an offset in paths */
	bool link_itself; /* O_NOFOLLOW */
	bool plain;       /* no link is on the way, which is at most two names long */
	int error;        /* the errno of openat2(2); 0: it led to the file below */
	dev_t device;
	ino_t inode;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	struct timespec changed;
};

/* More than PATH, the mounts and the interpreters of most containers need. */
#define PREDICT_SEEN 128
#define PREDICT_SEEN_PATHS 8192

struct predict_trace {
	struct predict_seen seen[PREDICT_SEEN];
	char paths[PREDICT_SEEN_PATHS]; /* each with its NUL */
	size_t n, used;
	bool incomplete; /* something else was looked up, so the answer cannot be reused */
};

/* Would a later change of what has this status-change time have a later time? */
bool predict_is_settled(int64_t seconds, int64_t nanoseconds);

/* Records in root->trace that the path led to fd, or, with fd -1, to the error in errno.
 * Keeps errno. */
void predict_trace_add(const struct predict_root *root, const char *path, bool link_itself, int fd);

/* The path led to this place.  Will it as long as the root directory itself is unchanged? */
bool predict_trace_implies(const char *path, const char *place);

/* Removes what follows from the rest, or from the root directory itself. */
void predict_trace_shorten(struct predict_trace *trace);

/* Does each path still lead to the same file, and is that unchanged? */
bool predict_trace_holds(const struct predict_root *root, const struct predict_seen *seen, size_t n,
			 const char *paths);

#endif
