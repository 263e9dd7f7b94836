/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a trace, line by line in its order, becomes a table.
 *
 * Processes are told apart by who forked them, never by the number of a namespace, which
 * the kernel uses again.  Counting begins when the container's first process executes its
 * program; what came before was the runtime's.
 */
#ifndef TRACE_READING_H
#define TRACE_READING_H

#include "table.h"

struct trace_reading;

/* The marks that the tracer itself writes. */
#define TRACE_MARK_TOUCHER "capgate: this touches"
#define TRACE_MARK_END "capgate: end"

/* In the arena (no page is used before it is needed); NULL: no memory. */
struct trace_reading *trace_reading_new(struct capgate_arena *arena);
#define TRACE_READING_ROOM ((size_t)64 << 20)
/* One line without its newline.  False: it was the end. */
bool trace_reading_line(struct trace_reading *reading, struct capgate_text line);
/* What was read, when it has ended. */
void trace_reading_table(struct trace_reading *reading, struct trace_table *ret);

#endif
