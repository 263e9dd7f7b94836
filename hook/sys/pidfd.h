/* SPDX-License-Identifier: Apache-2.0 */
/* Process descriptors (pidfd_open(2)), by system call: not every C library has the functions. */
#ifndef PIDFD_H
#define PIDFD_H

/* A descriptor of the process, which is closed at execve(2), or -1 with errno. */
int pidfd_of(long pid);
/* Sends a signal to that process and to no later one; 0 only asks whether it exists.  -1 with
 * errno (ESRCH: it has ended). */
int pidfd_signal(int pidfd, int signal);

#endif
