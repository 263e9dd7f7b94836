/* SPDX-License-Identifier: Apache-2.0 */
/* keep: what the kernel counts of marked containers goes into the store, again and again. */
#ifndef LEARN_KEEP_H
#define LEARN_KEEP_H

#include <stdbool.h>

/* Every that many milliseconds, and once more when it is interrupted; once: one time
 * alone.  Returns the exit status. */
int keep_records(const char *store, int milliseconds, bool once);

#endif
