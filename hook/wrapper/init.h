/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the kernel about the first process of a container that exec enters. */
#ifndef RUNTIME_INIT_H
#define RUNTIME_INIT_H

#include "capgate.h"

/*
 * Reads the mounts of its mount namespace (proc_pid_mountinfo(5)), as seen from the root of the
 * namespace.  The text stays in memory.  CAPGATE_EIO if the process does not exist any more or
 * cannot be read.  Afterwards the caller is in that namespace (setns(2)), so it must open
 * nothing more.
 */
int runtime_init_mounts(long pid, struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

/* Does it have a seccomp filter, by proc_pid_status(5)?  The errors are the same. */
int runtime_init_filtered(long pid, bool *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
