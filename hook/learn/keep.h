/* SPDX-License-Identifier: Apache-2.0 */
/* keep: regularly copies what the kernel counts for marked containers into the store. */
#ifndef LEARN_KEEP_H
#define LEARN_KEEP_H

#include <stdbool.h>

/* Copies them every so many milliseconds, and a last time when interrupted. once: copies them
 * only once.  Returns the exit status. */
int keep_records(const char *store, int milliseconds, bool once);

#endif
