/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the kernel denies root access to its memory. */
#ifndef TRACE_LOCKDOWN_H
#define TRACE_LOCKDOWN_H

#include <stdbool.h>

/* Locked down for confidentiality (kernel_lockdown(7)). */
bool trace_is_locked_down(void);

#endif
