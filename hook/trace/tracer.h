/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other way to trace: the program capgate-learn, which counts in the kernel (BPF).  It
 * sees processes that enter a container from outside and workers of io_uring, and it knows
 * whose credentials were checked.
 */
#ifndef TRACE_TRACER_H
#define TRACE_TRACER_H

#include <sys/types.h>

#include "table.h"

struct tracer {
	pid_t pid; /* 0: none */
	int orders, answers;
};

/*
 * Start the capgate-learn in this program's directory, if only root can have written it.
 * kilobytes: how large its maps are, as of a buffer of tracefs.  outside: follow every
 * container that begins, but in the mount namespace of this number; 0: those that
 * tracer_follow() names.  Errors: CAPGATE_EPOLICY: it may not be trusted, or is of another
 * version; CAPGATE_EIO: it is not there (rule CAPGATE_RULE_UNREADABLE), or cannot trace.
 */
int tracer_start(unsigned kilobytes, uint64_t outside, struct tracer *ret,
		 struct capgate_error *err) CAPGATE_MUST;
/* The container whose first process this is, before it executes its program. */
int tracer_follow(const struct tracer *tracer, pid_t first, struct capgate_error *err) CAPGATE_MUST;
/* The same after; an error: it has ended. */
int tracer_first(const struct tracer *tracer, pid_t first, struct capgate_error *err) CAPGATE_MUST;
/* Ends it and takes its counts.  *lost: the number of events that it could not count. */
int tracer_finish(struct tracer *tracer, struct trace_table *ret, uint64_t *lost,
		  struct capgate_error *err) CAPGATE_MUST;
/* In any state. */
void tracer_stop(struct tracer *tracer);

#endif
