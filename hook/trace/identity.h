/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that change the users and groups of a process. */
#ifndef TRACE_IDENTITY_H
#define TRACE_IDENTITY_H

#include <stddef.h>

/* NULL: another system call. */
const char *trace_identity_name(long number);
/* Fills ret with their numbers; returns how many. */
size_t trace_identity_numbers(int *ret, size_t size);
/* A filter for raw_syscalls:sys_exit that selects those refused with EPERM. */
void trace_identity_filter(char *buf, size_t size);

#endif
