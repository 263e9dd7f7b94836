/* SPDX-License-Identifier: Apache-2.0 */
/* Whose network namespace is it that a specification joins by path? */
#ifndef NETNS_H
#define NETNS_H

#include <sys/types.h>

#include "capgate.h"

#define NETNS_PIDS 4

/* What only a process with its capabilities can find out: the kernel lets nobody
 * else look at the namespaces of foreign processes (ptrace(2), "access mode"). */
struct netns_known {
	dev_t device;  /* of nsfs; 0: nothing is known */
	ino_t host[2]; /* our own network namespace, and that of process 1; 0: unknown */
	struct {
		long pid;
		ino_t inode;
	} of[NETNS_PIDS];
	size_t n;
};

/*
 * Before confinement.  The text is not parsed, only searched: engines write
 * "/proc/PID/ns/net" for a network namespace that another container made, and the
 * first NETNS_PIDS of those are looked up.
 */
void netns_learn(struct capgate_text text, struct netns_known *ret);

/* At any time: one stat(2), no file opened.  A path that is no namespace is
 * unknown: it is the runtime's business to refuse it. */
enum capgate_network netns_whose(const struct netns_known *known, struct capgate_text path);

#endif
