/* SPDX-License-Identifier: Apache-2.0 */
/* The first process of a container that exec goes into, as the kernel shows it. */
#ifndef RUNTIME_INIT_H
#define RUNTIME_INIT_H

#include "capgate.h"

/*
 * What is mounted in its mount namespace, proc_pid_mountinfo(5), as seen from the root of
 * the namespace; the text stays in memory.  CAPGATE_EIO when the process is gone, or cannot
 * be looked at.  The caller is in that namespace afterwards (setns(2)): for a process that
 * opens nothing more.
 */
int runtime_init_mounts(long pid, struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

/* Is a seccomp filter in force for it, by proc_pid_status(5)?  The errors are the same. */
int runtime_init_filtered(long pid, bool *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
