/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the processes of a container are.  A service whose set*id or setgroups was refused
 * may answer its health check all the same, with workers that stayed root: a run without
 * a capability passes only when no process has more than in the full run.
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
	capgate_set caps;          /* of any of them: permitted or effective */
	unsigned count;            /* now */
	unsigned least, most;      /* of all looks */
};

struct creds {
	struct creds_kind kind[CREDS_KINDS];
	size_t n;
	size_t looks;
	bool more; /* than can be told apart */
};

/* Look once more at the processes in the container whose first process is this one. */
void creds_look(pid_t first, struct creds *creds);

/* Does a process of less have what no process of full has?  why says so. */
bool creds_have_more(const struct creds *less, const struct creds *full, char *why, size_t size);

/* One process' status file (proc_pid_status(5)); false: it is not whole. */
bool creds_parse(struct capgate_text status, struct creds_kind *ret);
/* Between looks, for those who look in another way. */
void creds_begin(struct creds *creds);
void creds_add(struct creds *creds, const struct creds_kind *kind);
void creds_end(struct creds *creds);

#endif
