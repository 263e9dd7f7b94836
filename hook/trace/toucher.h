/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small process whose events identify other processes in the trace.
 *
 * Events contain task numbers of the first PID namespace, which a process in another one
 * cannot look up.  But a write to /proc/PID/oom_score_adj, even of the same value, causes
 * an event with the task's number.  And chroot("/") makes the kernel check a capability
 * in the caller's user namespace, which is in that event.
 */
#ifndef TRACE_TOUCHER_H
#define TRACE_TOUCHER_H

#include <sys/types.h>

#include "capgate.h"

struct toucher {
	pid_t pid; /* 0: none */
	int orders, answers;
};

/* It writes TRACE_MARK_TOUCHER to marker when it starts, and before it touches a first process. */
int toucher_start(int marker, struct toucher *ret, struct capgate_error *err) CAPGATE_MUST;
/* Writes a mark of at most 64 bytes.  Returns 0 or errno. */
int toucher_mark(int marker, const char *words);
void toucher_stop(struct toucher *toucher);

/* Touch a task; first: show its user namespace in the trace, too.  CAPGATE_EIO: it has ended. */
int toucher_touch(const struct toucher *toucher, pid_t pid, bool first,
		  struct capgate_error *err) CAPGATE_MUST;

#endif
