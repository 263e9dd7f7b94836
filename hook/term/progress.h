/* SPDX-License-Identifier: Apache-2.0 */
/* One line on a terminal that shows how far a long run has come. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stddef.h>

/* Nothing is shown unless stderr is a terminal. */
void progress_begin(void);
/* So many are done; draws at most a few times a second. */
void progress_step(size_t done);
/* Takes the line away, before something else is written to the terminal. */
void progress_hide(void);
void progress_end(void);

#endif
