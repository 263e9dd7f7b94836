/* SPDX-License-Identifier: Apache-2.0 */
/* Remembers predictions for a worker, because many specifications share a root. */
#ifndef PREDICT_MEMORY_H
#define PREDICT_MEMORY_H

#include <sys/stat.h>

#include "trace.h"

/* A directory, on which mount: flags of mounts matter, too. */
struct predict_directory {
	uint64_t mount, device, inode;
	struct statx_timestamp changed;
};

/* False if it cannot be distinguished from another one, or has changed just now. */
bool predict_directory_of(int fd, struct predict_directory *ret);

/* Everything that a prediction depends on, except for the files themselves. */
struct predict_key {
	char bytes[4096];
	size_t len; /* larger than bytes if it is too long to be remembered */
	bool named; /* it contains the absolute path of the root; otherwise the directory has to
		     * be added */
};

/* path: the variable PATH.  True if the key is complete: the root is named in it, and it is
 * not too long. */
bool predict_key_make(const struct capgate_spec *spec, const struct capgate_report *report,
		      struct capgate_text path, struct predict_key *ret);
/* Adds the root directory, once it is open.  Returns false if the key is too long to be
 * remembered. */
bool predict_key_finish(struct predict_key *key, const struct predict_directory *root);

/*
 * The prediction for the same key, or NULL.  The memory owns it.
 *
 * The first function returns it if it was found, or confirmed, after the current specification
 * had been found (predict_memory_now()).  The second returns it if the root is the same
 * directory and every path that was looked up still leads to the same file; this also confirms
 * it.
 */
const struct prediction *predict_recall_recent(struct predict_memory *memory,
					       const struct predict_key *key);
const struct prediction *predict_recall(struct predict_memory *memory,
					const struct predict_root *root,
					const struct predict_directory *directory,
					const struct predict_key *key);

/* Stores a copy, possibly instead of an older answer, and shortens the trace. */
void predict_remember(struct predict_memory *memory, const struct predict_directory *directory,
		      const struct predict_key *key, struct predict_trace *trace,
		      const struct prediction *p);

#endif
