/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks a container whose capabilities are to be recorded, for hooks and the wrapper.
 * Nothing of this is called under a policy that records nothing, and a failure stops no
 * container.
 */
#ifndef MARKS_MARK_H
#define MARKS_MARK_H

#include "capgate.h"
#include "marks.h"

struct marking {
	int map;                /* learn_marked, open; -1: why says why not */
	unsigned long long key; /* of learn_marked; 0: not found */
	struct learn_mark value;
	char why[96];
};

/* A hook, before confinement: opens the map, takes a random token and the time. */
void mark_open(struct marking *mark);
/* A hook, under CONFINE_OPEN_TO_MARK: by the mount namespace of that process. */
void mark_by_namespace(struct marking *mark, long pid);
/* The wrapper, in the process that becomes the runtime: opens the map as well.  own_pids: the
 * container has a PID namespace of its own. */
void mark_by_runtime(struct marking *mark, bool own_pids);
/* For a container that starts, under CONFINE_MARK or without confinement: one system call.
 * It is recorded under the name of the image, or of the bundle where that is empty.  Returns
 * what became of it, for the log; the text is static, or in *mark. */
const char *mark_put(struct marking *mark, struct capgate_text image, struct capgate_text bundle);

#endif
