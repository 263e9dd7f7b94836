/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of trace_pipe, read.  The text is the kernel's (Documentation/trace/ftrace.rst)
 * with names in it that the traced programs chose: what cannot be read in exactly one
 * way is TRACE_ODD, and whoever counts does not trust a trace with such lines.
 */
#ifndef TRACE_LINE_H
#define TRACE_LINE_H

#include "capgate.h"

enum trace_kind {
	TRACE_ODD,
	TRACE_CHECK,   /* cap_capable was called; .has_result: with what it returned */
	TRACE_RESULT,  /* of the check of the same task before it (kprobe events) */
	TRACE_STACK,   /* the frames that follow are of the same task's last check */
	TRACE_FRAME,   /* .text: the function's name */
	TRACE_FORK,    /* .other: the child */
	TRACE_EXEC,    /* .text: the file; .other: the thread that called execve(2) */
	TRACE_TOUCHED, /* .other: the task whose oom_score_adj was written */
	TRACE_MARKED,  /* .text: what was written to trace_marker */
	TRACE_REFUSED, /* .text: a system call of identity.h that failed with EPERM */
	TRACE_DROPPED, /* events before this line were overwritten */
};

struct trace_line {
	enum trace_kind kind;
	long pid; /* of the task that the event happened in; 0: of none */
	uint64_t microseconds;
	struct capgate_text comm; /* the task's name */
	struct capgate_text text;
	long other;
	int cap;
	bool has_result;
	int result;       /* 0: granted */
	bool silent;      /* CAP_OPT_NOAUDIT was given: the program is not refused for it */
	uint64_t target;  /* stands for the user namespace that is asked for; 0: not known */
	uint64_t granted; /* for the one in which it was granted; 0: not known, or refused */
};

/* A line without its newline; *ret has views into it. */
void trace_line_read(struct capgate_text line, struct trace_line *ret);

#endif
