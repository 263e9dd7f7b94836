/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks a container whose capabilities are to be recorded: see hook/marks.  Nothing of
 * this is called under a policy that records nothing, and nothing of it stops a container.
 */
#ifndef DOORS_MARK_H
#define DOORS_MARK_H

#include "capgate.h"
#include "hook/marks/marks.h"

struct door_mark {
	int map;                  /* of marks, open; -1: why says why not */
	unsigned long long mntns; /* of the container's first process; 0: not found */
	struct learn_mark value;
	char why[96];
};

/* Before confinement: opens the map, takes a random token. */
void mark_open(struct door_mark *mark);
/* Under CONFINE_OPEN_TO_MARK: the mount namespace of that process. */
void mark_find(struct door_mark *mark, long pid);
/* Under CONFINE_MARK, of a container that starts: the one system call.  What became of it,
 * for the log; the text is static, or in *mark. */
const char *mark_put(struct door_mark *mark, struct capgate_text image, struct capgate_text bundle);

#endif
