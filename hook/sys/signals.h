/* SPDX-License-Identifier: Apache-2.0 */
/* Signal masks of this process and of its children. */
#ifndef SIGNALS_H
#define SIGNALS_H

/*
 * Unblocks every signal that the parent may have blocked, and blocks SIGPIPE and SIGXFSZ: a
 * write to a closed pipe, or beyond the limit of a file's size, then returns an error instead of
 * ending the process.  Blocking both takes one call, ignoring them two.  Returns 0, or -1 with
 * errno.
 */
int signals_settle(void);

/* Unblocks all signals.  Call it in a child before it executes another program. */
void signals_release(void);

#endif
