/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The users, groups and capabilities of the processes of a container.  A service whose set*id
 * or setgroups was refused may still answer its health check, with workers that stay root.  So
 * a run without a capability passes only if no process has more privilege than in the full run.
 */
#ifndef LEARN_CREDS_H
#define LEARN_CREDS_H

#include <sys/types.h>

#include "capgate.h"

#define CREDS_KINDS 128
#define CREDS_GROUPS 256

/* Processes that have the same name, users and groups. */
struct creds_kind {
	char name[64];
	char ids[96];              /* "0 0 0 0; 33 33 33 33": users; groups */
	char groups[CREDS_GROUPS]; /* supplementary */
	bool root;                 /* one of the users is 0 */
	capgate_set caps;          /* permitted or effective in any of them */
	unsigned count;            /* in this look */
	unsigned least, most;      /* in all looks */
};

struct creds {
	struct creds_kind kind[CREDS_KINDS];
	size_t n;
	size_t looks;
	bool more; /* more kinds than fit */
};

/* Looks at the processes of the container whose first process this is, and adds what it sees. */
void creds_look(pid_t first, struct creds *creds);

/* Does a process of less have more privilege than every process of full? why becomes the reason. */
bool creds_have_more(const struct creds *less, const struct creds *full, char *why, size_t size);

/* Parses a process's status file (proc_pid_status(5)).  False if it is incomplete. */
bool creds_parse(struct capgate_text status, struct creds_kind *ret);
/* The parts of creds_look(), for other sources of processes. */
void creds_begin(struct creds *creds);
void creds_add(struct creds *creds, const struct creds_kind *kind);
void creds_end(struct creds *creds);

#endif
