/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a running process holds, from /proc/PID/status (proc(5)). */
#ifndef PROCSETS_H
#define PROCSETS_H

#include "capgate.h"

/* Reads the five masks from a status file's text.  CAPGATE_EINVALID if one is missing or is not
 * a hexadecimal number. */
int procsets_parse(struct capgate_text status, capgate_set ret[CAPGATE_NSETS],
		   struct capgate_error *err) CAPGATE_MUST;

/* The same for a process.  CAPGATE_EIO if it does not exist any more. */
int procsets_read(long pid, capgate_set ret[CAPGATE_NSETS], struct capgate_error *err) CAPGATE_MUST;

/* The line Seccomp of a status file. */
enum procsets_seccomp {
	PROCSETS_SECCOMP_NONE,    /* no filter */
	PROCSETS_SECCOMP_STRICT,  /* only read, write and exit */
	PROCSETS_SECCOMP_FILTER,  /* one filter or more */
	PROCSETS_SECCOMP_UNKNOWN, /* the kernel does not show it */
};

struct procsets_rest {
	bool no_new_privs; /* false on a kernel that does not show it (before 4.10) */
	enum procsets_seccomp seccomp;
};

/* Reads the sets, and the file's other facts. */
int procsets_read_all(long pid, capgate_set ret[CAPGATE_NSETS], struct procsets_rest *rest,
		      struct capgate_error *err) CAPGATE_MUST;

/* When a process was started, in clock ticks since boot (field 22 of
 * /proc/PID/stat); pid 0 is this process. */
int procsets_started(long pid, uint64_t *ret, struct capgate_error *err) CAPGATE_MUST;

/* Reads this field from a stat file's text; CAPGATE_EINVALID if it is missing. */
int procsets_parse_start(struct capgate_text stat, uint64_t *ret,
			 struct capgate_error *err) CAPGATE_MUST;

/*
 * How many user namespaces below ours the process lives: 0 in our own, 1 in a child, and so
 * on; -1 if it is not below ours or is not known.
 */
int procsets_userns_depth(long pid);

#endif
