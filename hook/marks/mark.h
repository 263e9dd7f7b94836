/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks a container whose capabilities will be recorded.  Hooks and the wrapper call this
 * only if the policy records.  A failure does not stop the container.
 */
#ifndef MARKS_MARK_H
#define MARKS_MARK_H

#include "capgate.h"
#include "marks.h"

struct marking {
	int map;                /* learn_marked, open; -1: see why */
	unsigned long long key; /* of learn_marked; 0: not found */
	struct learn_mark value;
	char why[96];
};

/* For a hook, before confinement: opens the map; sets a random token and the time. */
void mark_open(struct marking *mark);
/* For a hook, under CONFINE_OPEN_TO_MARK: the key is the mount namespace of that process. */
void mark_by_namespace(struct marking *mark, long pid);
/* For the wrapper, in the process that becomes the runtime: opens the map, too.  own_pids:
 * the container has its own PID namespace. */
void mark_by_runtime(struct marking *mark, bool own_pids);
/* Puts the mark into the map, by one system call, under CONFINE_MARK or without confinement.
 * The record gets the name of the image, or of the bundle if that is empty.  Returns the
 * result for the decision log; the text is static, or in *mark. */
const char *mark_put(struct marking *mark, struct capgate_text image, struct capgate_text bundle);

#endif
