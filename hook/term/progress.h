/* SPDX-License-Identifier: Apache-2.0 */
/* One line on a terminal that shows how far a long run has come. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stddef.h>

/* Begins to show progress, if stderr is a terminal. */
void progress_begin(void);
/* Sets how many are done.  Draws at most a few times a second. */
void progress_step(size_t done);
/* Erases the line, before something else is written to the terminal. */
void progress_hide(void);
void progress_end(void);

#endif
