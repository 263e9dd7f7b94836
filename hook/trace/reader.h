/* SPDX-License-Identifier: Apache-2.0 */
/* The process that reads a trace while it is made. */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "instance.h"
#include "reading.h"

struct trace_reader {
	pid_t pid; /* 0: none */
	int answer;
};

/*
 * Start it.  All that it holds is trace_pipe and a pipe; its root is empty, which is an
 * empty directory; it has given up its privileges before it reads a byte.
 */
int trace_reader_start(const struct trace_instance *instance, const char *empty,
		       struct trace_reader *ret, struct capgate_error *err) CAPGATE_MUST;
/* Ends the trace, waits for the reader, and takes what it read. */
int trace_reader_finish(const struct trace_instance *instance, struct trace_reader *reader,
			struct trace_table *ret, struct capgate_error *err) CAPGATE_MUST;
/* Without an answer. */
void trace_reader_kill(struct trace_reader *reader);

#endif
