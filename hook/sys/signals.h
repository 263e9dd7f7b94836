/* SPDX-License-Identifier: Apache-2.0 */
/* The signals of this process, and of those that it starts. */
#ifndef SIGNALS_H
#define SIGNALS_H

/*
 * Every signal is delivered, whatever the parent had blocked, but SIGPIPE and SIGXFSZ:
 * a write to a closed pipe, or beyond the limit of a file's size, is an error that is
 * dealt with, not a death.  Those two are blocked, not ignored: that is one call.
 * 0, or -1 with errno.
 */
int signals_settle(void);

/* Nothing is blocked: in a child, before it executes another program. */
void signals_release(void);

#endif
