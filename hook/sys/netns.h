/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the owner of the network namespace that a specification joins by path. */
#ifndef NETNS_H
#define NETNS_H

#include <sys/types.h>

#include "capgate.h"

#define NETNS_PIDS 4

/* Facts that must be read before confinement: only a process with capabilities may look at the
 * namespaces of other users' processes (ptrace(2), "access mode"). */
struct netns_known {
	dev_t device;  /* the device of nsfs; 0: nothing is known */
	ino_t host[2]; /* our own network namespace, and that of process 1; 0: unknown */
	struct {
		long pid;
		ino_t inode;
	} of[NETNS_PIDS];
	size_t n;
};

/*
 * Call it before confinement.  It does not parse the text, it only searches it for
 * "/proc/PID/ns/net", which engines write for the network namespace of another container, and
 * looks up the first NETNS_PIDS of them.
 */
void netns_learn(struct capgate_text text, struct netns_known *ret);

/* Call it at any time: it makes one stat(2) and opens no file.  The owner of a path that is not
 * a namespace is unknown; the runtime refuses such a path. */
enum capgate_network netns_whose(const struct netns_known *known, struct capgate_text path);

#endif
