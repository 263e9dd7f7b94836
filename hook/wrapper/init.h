/* SPDX-License-Identifier: Apache-2.0 */
/* The first process of a container that exec goes into, as the kernel shows it. */
#ifndef RUNTIME_INIT_H
#define RUNTIME_INIT_H

#include "capgate.h"

struct runtime_init {
	struct capgate_text mountinfo; /* as long as the process lives */
	bool filtered;		       /* a seccomp filter is in force for it */
};

/* proc_pid_mountinfo(5), proc_pid_status(5).  CAPGATE_EIO when it is gone, or cannot be
 * looked at. */
int runtime_init_look(long pid, struct runtime_init *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
