/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a table from the lines of a trace, which are given in their order.
 *
 * Processes are identified by their parents, never by the number of a namespace, because
 * the kernel reuses those numbers.  Counting begins when the container's first process
 * executes its program; earlier checks are the runtime's.
 */
#ifndef TRACE_READING_H
#define TRACE_READING_H

#include "table.h"

struct trace_reading;

/* Marks that the tracer writes. */
#define TRACE_MARK_TOUCHER "capgate: this touches"
#define TRACE_MARK_END "capgate: end"

/* Allocated in the arena, whose pages are used only when needed; NULL: no memory. */
struct trace_reading *trace_reading_new(struct capgate_arena *arena);
#define TRACE_READING_ROOM ((size_t)64 << 20)
/* line has no newline.  Returns false at the end of the trace. */
bool trace_reading_line(struct trace_reading *reading, struct capgate_text line);
/* The table, after the end of the trace. */
void trace_reading_table(struct trace_reading *reading, struct trace_table *ret);

#endif
