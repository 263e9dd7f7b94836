/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls that change who a process is. */
#ifndef TRACE_IDENTITY_H
#define TRACE_IDENTITY_H

#include <stddef.h>

/* NULL: it is none of them. */
const char *trace_identity_name(long number);
/* All of them; returns how many. */
size_t trace_identity_numbers(int *ret, size_t size);
/* For a filter of raw_syscalls:sys_exit: one of them was refused with EPERM. */
void trace_identity_filter(char *buf, size_t size);

#endif
