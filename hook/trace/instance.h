/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An instance of tracefs of our own.  It and other tracers do not see each other's events
 * (Documentation/trace/ftrace.rst, "Instances").
 */
#ifndef TRACE_INSTANCE_H
#define TRACE_INSTANCE_H

#include <limits.h>
#include <sys/types.h>

#include "capgate.h"
#include "toucher.h"

enum trace_means { TRACE_BY_TRACEPOINT, TRACE_BY_KPROBES };

struct trace_instance {
	char root[PATH_MAX]; /* where tracefs is mounted */
	char name[64];       /* of the instance, and of the kprobe events */
	enum trace_means means;
	int dir;    /* the instance's directory */
	int marker; /* trace_marker, for writing */
	int pipe;   /* trace_pipe, for reading */
	struct toucher toucher;
};

/*
 * Mount tracefs at the empty directory root (the caller has a mount namespace of their
 * own) and make an instance whose buffer has that many kilobytes for each processor.  The error
 * names what is missing: tracefs, privileges, lockdown, or both ways to trace.
 */
int trace_open(const char *root, const char *name, unsigned kilobytes, struct trace_instance *ret,
	       struct capgate_error *err) CAPGATE_MUST;
/* Removes the instance; no process may have its files open. */
void trace_close(struct trace_instance *instance);
/* Removes it by its name: for another process, after the owner was killed. */
void trace_remove(const char *root, const char *name);

/* Between trace_open() and trace_begin(): trace these tasks, and all that they fork from
 * then on.  Tasks that have ended are skipped. */
int trace_follow(struct trace_instance *instance, const pid_t *pids, size_t n,
		 struct capgate_error *err) CAPGATE_MUST;
int trace_begin(struct trace_instance *instance, struct capgate_error *err) CAPGATE_MUST;

/* Say in the trace that this is the container's first process. */
int trace_first(const struct trace_instance *instance, pid_t pid,
		struct capgate_error *err) CAPGATE_MUST;

/* Writes the mark at which the reader ends. */
void trace_mark_end(const struct trace_instance *instance);

/* The number of events that were overwritten or dropped, on all processors. */
int trace_lost(const struct trace_instance *instance, uint64_t *ret,
	       struct capgate_error *err) CAPGATE_MUST;

#endif
