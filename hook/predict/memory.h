/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker remembers of predictions: many specifications share a root. */
#ifndef PREDICT_MEMORY_H
#define PREDICT_MEMORY_H

#include "parts.h"

/* One file that a prediction followed, as it was then. */
struct predict_seen {
	char path[PREDICT_PATH]; /* within the root */
	dev_t device;
	ino_t inode;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	struct timespec changed;
};

/* More than a program, five interpreters and a loader. */
#define PREDICT_SEEN 8

struct predict_trace {
	struct predict_seen seen[PREDICT_SEEN];
	size_t n;
	bool incomplete; /* something else was looked at: the answer is for once */
};

/* The file that path led to, opened as fd. */
void predict_trace_add(struct predict_trace *trace, const char *path, int fd);

/* Everything that a prediction depends on beside the files themselves. */
struct predict_key {
	char bytes[4096];
	size_t len; /* larger than bytes: too long to be remembered */
};

/* path: the variable PATH.  False if the root cannot be distinguished from another one. */
bool predict_key_make(const struct predict_root *root, const struct capgate_report *report,
		      struct capgate_text path, struct predict_key *ret);

/* The prediction for the same key, if each file that it followed is still the same one
 * and unchanged; else NULL.  It stays the memory's. */
const struct prediction *predict_recall(const struct predict_memory *memory,
					const struct predict_root *root,
					const struct predict_key *key);

/* Keeps a copy, of which an older answer may have to give way. */
void predict_remember(struct predict_memory *memory, const struct predict_key *key,
		      const struct predict_trace *trace, const struct prediction *p);

#endif
