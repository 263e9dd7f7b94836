/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file capabilities of executed files. execve(2) fails with EPERM if a file has the
 * effective bit and capabilities that are not in the bounding set (capabilities(7)), whether or
 * not the program uses them.  A trace of capability checks does not show that.
 */
#ifndef LEARN_FILECAPS_H
#define LEARN_FILECAPS_H

#include "hook/trace/trace.h"

/* The capabilities without which one of the executed files fails.  root: an O_PATH descriptor of
 * the root directory. */
capgate_set filecaps_needed(int root, const struct trace_table *table);
/* The file that needs the capability; "" if none does. */
const char *filecaps_whose(int root, const struct trace_table *table, int cap);

/* Parses a value of security.capability.  Returns what must be in the bounding set; empty if the
 * effective bit is not set or the value is invalid. */
capgate_set filecaps_parse(struct capgate_text value);

#endif
