/* SPDX-License-Identifier: Apache-2.0 */
#include "pidfd.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

int pidfd_of(long pid)
{
	return (int)syscall(SYS_pidfd_open, (int)pid, 0);
}

int pidfd_signal(int pidfd, int signal)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
