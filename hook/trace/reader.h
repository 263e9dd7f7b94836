/* SPDX-License-Identifier: Apache-2.0 */
/* The process that reads a trace while it is written. */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "instance.h"
#include "reading.h"

struct trace_reader {
	pid_t pid; /* 0: none */
	int answer;
};

/*
 * Start it.  It has only trace_pipe and a pipe open, its root is the empty directory empty,
 * and it gives up its privileges before it reads the first byte.
 */
int trace_reader_start(const struct trace_instance *instance, const char *empty,
		       struct trace_reader *ret, struct capgate_error *err) CAPGATE_MUST;
/* Ends the trace, waits for the reader, and takes its table. */
int trace_reader_finish(const struct trace_instance *instance, struct trace_reader *reader,
			struct trace_table *ret, struct capgate_error *err) CAPGATE_MUST;
/* Ends the reader without taking a table. */
void trace_reader_kill(struct trace_reader *reader);

#endif
