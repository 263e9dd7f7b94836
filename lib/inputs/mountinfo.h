/* SPDX-License-Identifier: Apache-2.0 */
/* A process's mounts as the kernel shows them: /proc/PID/mountinfo, proc_pid_mountinfo(5). */
#ifndef CAPGATE_MOUNTINFO_H
#define CAPGATE_MOUNTINFO_H

#include "capgate.h"

/*
 * Does ROOT/proc/sys/kernel/cap_last_cap lead the process to the kernel's own file?  It does if
 * every mount on the way is on top of the one before, and the last one is of type proc and
 * shows what belongs there.  False also if a kernel does not write such a text.  root is an
 * absolute path without links, "." and "..", or empty; a path that the kernel writes in another
 * way (with blanks) is not found.
 */
bool capgate_mounts_show_last_cap(struct capgate_text mountinfo, struct capgate_text root);

/* Is anything mounted below ROOT? root is as above. */
bool capgate_mounts_lie_below(struct capgate_text mountinfo, struct capgate_text root);

#endif
