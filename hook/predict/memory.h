/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker remembers of predictions: many specifications share a root. */
#ifndef PREDICT_MEMORY_H
#define PREDICT_MEMORY_H

#include <sys/stat.h>

#include "trace.h"

/* A directory, on which mount: flags of mounts matter, too. */
struct predict_directory {
	uint64_t mount, device, inode;
	struct statx_timestamp changed;
};

/* False if it cannot be distinguished from another one. */
bool predict_directory_of(int fd, struct predict_directory *ret);

/* Everything that a prediction depends on beside the files themselves. */
struct predict_key {
	char bytes[4096];
	size_t len; /* larger than bytes: too long to be remembered */
	bool named; /* the root, by its absolute path; else the directory itself has to be added */
};

/* path: the variable PATH.  True if the key is complete: the root is named in it, and it is
 * not too long. */
bool predict_key_make(const struct capgate_spec *spec, const struct capgate_report *report,
		      struct capgate_text path, struct predict_key *ret);
/* With the root directory, once that is open.  False: too long to be remembered. */
bool predict_key_finish(struct predict_key *key, const struct predict_directory *root);

/*
 * The prediction for the same key; else NULL.  It stays the memory's.
 *
 * The first: if it was found, or confirmed, when the specification of now had been found
 * already (predict_memory_now()).  The second: if the root is the same directory, and every
 * path that was looked up leads to what it led to; that confirms it.
 */
const struct prediction *predict_recall_recent(struct predict_memory *memory,
					       const struct predict_key *key);
const struct prediction *predict_recall(struct predict_memory *memory,
					const struct predict_root *root,
					const struct predict_directory *directory,
					const struct predict_key *key);

/* Keeps a copy, of which an older answer may have to give way.  The trace is shortened. */
void predict_remember(struct predict_memory *memory, const struct predict_directory *directory,
		      const struct predict_key *key, struct predict_trace *trace,
		      const struct prediction *p);

#endif
