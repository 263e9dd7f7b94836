/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small process that leaves in the trace which task another process is.
 *
 * Events have the numbers of the first pid namespace, which nobody in another one can
 * look up.  But whoever writes /proc/PID/oom_score_adj, be it what was there, makes an
 * event that names the task.  And whoever calls chroot("/") makes the kernel check a
 * capability in their user namespace, which that event names.
 */
#ifndef TRACE_TOUCHER_H
#define TRACE_TOUCHER_H

#include <sys/types.h>

#include "capgate.h"

struct toucher {
	pid_t pid; /* 0: none */
	int orders, answers;
};

/* It writes TRACE_MARK_TOUCHER to marker at once, and before it touches a first process. */
int toucher_start(int marker, struct toucher *ret, struct capgate_error *err) CAPGATE_MUST;
/* Write a mark, as long as one of table.h at most.  0, or errno. */
int toucher_mark(int marker, const char *words);
void toucher_stop(struct toucher *toucher);

/* Touch a task; first: and have its user namespace named.  CAPGATE_EIO when it has ended. */
int toucher_touch(const struct toucher *toucher, pid_t pid, bool first,
		  struct capgate_error *err) CAPGATE_MUST;

#endif
