/* SPDX-License-Identifier: Apache-2.0 */
/* Traces one run, with BPF or with tracefs. */
#ifndef LEARN_TRACING_H
#define LEARN_TRACING_H

#include "hook/trace/trace.h"
#include "subject.h"

enum tracing_backend {
	TRACING_ANY, /* capgate-learn where it is installed and can trace, else tracefs */
	TRACING_BPF,
	TRACING_TRACEFS,
};

struct tracing {
	const struct session *session;
	enum tracing_backend backend; /* ANY until it has been opened */
	unsigned kilobytes;
	bool open, reading;
	struct trace_instance instance; /* for tracefs */
	struct trace_reader reader;
	struct tracer tracer; /* for BPF */
};

int tracing_open(struct tracing *t, const struct subject *subject,
		 struct capgate_error *err) CAPGATE_MUST;
/* Starts to read events. first: the container's first process, or 0 if it is unknown. */
int tracing_begin(struct tracing *t, struct subject *subject, pid_t first,
		  struct capgate_error *err) CAPGATE_MUST;
/* Names the first process, if tracing_begin() did not know it. */
void tracing_first(struct tracing *t, pid_t first);
int tracing_end(struct tracing *t, struct trace_table *ret, uint64_t *lost);
/* Can be called in any state. */
void tracing_close(struct tracing *t);

#endif
