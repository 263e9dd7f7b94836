/* SPDX-License-Identifier: Apache-2.0 */
/* The trace of one run. */
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
	struct trace_instance instance; /* of tracefs */
	struct trace_reader reader;
	struct tracer tracer; /* of BPF */
};

int tracing_open(struct tracing *t, const struct subject *subject,
		 struct capgate_error *err) CAPGATE_MUST;
/* From here on events are read.  first: the container's first process, or 0. */
int tracing_begin(struct tracing *t, struct subject *subject, pid_t first,
		  struct capgate_error *err) CAPGATE_MUST;
/* Who the first process is, when it was not known before. */
void tracing_first(struct tracing *t, pid_t first);
int tracing_end(struct tracing *t, struct trace_table *ret, uint64_t *lost);
/* In any state. */
void tracing_close(struct tracing *t);

#endif
