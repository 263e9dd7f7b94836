/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads one line of trace_pipe.  The kernel writes the text (Documentation/trace/ftrace.rst),
 * but it contains names that the traced programs chose.  A line that can be read in more
 * than one way is TRACE_ODD, and a trace with such lines is not trusted.
 */
#ifndef TRACE_LINE_H
#define TRACE_LINE_H

#include "capgate.h"

enum trace_kind {
	TRACE_ODD,
	TRACE_CHECK,   /* cap_capable was called; .has_result: and returned .result */
	TRACE_RESULT,  /* the result of this task's last check (kprobe events) */
	TRACE_STACK,   /* the next frames belong to this task's last check */
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
	long pid; /* the task in which the event happened; 0: none */
	uint64_t microseconds;
	struct capgate_text comm; /* the task's name */
	struct capgate_text text;
	long other;
	int cap;
	bool has_result;
	int result;       /* 0: granted */
	bool silent;      /* CAP_OPT_NOAUDIT was given: a refusal does not stop the program */
	uint64_t target;  /* the user namespace of the question; 0: not known */
	uint64_t granted; /* the one in which it was granted; 0: not known, or refused */
};

/* line has no newline; *ret points into it. */
void trace_line_read(struct capgate_text line, struct trace_line *ret);

#endif
