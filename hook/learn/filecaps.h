/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File capabilities of what was executed.  execve(2) fails with EPERM when a file has the
 * effective bit and capabilities beyond the bounding set (capabilities(7)), whether or not
 * the program ever uses one: no trace of checks shows that.
 */
#ifndef LEARN_FILECAPS_H
#define LEARN_FILECAPS_H

#include "hook/trace/trace.h"

/* Of all executed files below the root, an O_PATH descriptor: those that have to be had. */
capgate_set filecaps_needed(int root, const struct trace_table *table);
/* Which of the files needs the capability; "" when none does. */
const char *filecaps_whose(int root, const struct trace_table *table, int cap);

/* The value of security.capability: what must be in the bounding set; empty when the
 * effective bit is not set, or it is no such value. */
capgate_set filecaps_parse(struct capgate_text value);

#endif
