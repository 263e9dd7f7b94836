/* SPDX-License-Identifier: Apache-2.0 */
/* One line on a terminal that tells how far a long run has come. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* Nothing is shown unless stderr is a terminal.  The operands are walked a
 * second time, beside the work, for the total. */
void progress_begin(char **paths, size_t n);
/* So many are done; draws at most a few times a second. */
void progress_step(size_t done);
/* Takes the line away, before something else is written to the terminal. */
void progress_hide(void);
void progress_end(void);

#endif
