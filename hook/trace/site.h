/* SPDX-License-Identifier: Apache-2.0 */
/* The place in the kernel that asked for a capability, and whether the answer matters. */
#ifndef TRACE_SITE_H
#define TRACE_SITE_H

#include "capgate.h"

enum trace_noise {
	TRACE_MATTERS,
	TRACE_OVERCOMMIT,   /* the limit of memory: a refusal has no effect there */
	TRACE_SILENT,       /* asked without audit: the program continues in any case */
	TRACE_BORROWED,     /* overlayfs asked about the mounter's credentials, not the program's */
	TRACE_OWN_USERNS,   /* granted in a user namespace that the program made */
	TRACE_OTHER_USERNS, /* of a user namespace that is not the container's */
};

#define TRACE_NAME 48
#define TRACE_FRAMES 64 /* outer frames beyond that are left out */

struct trace_stack {
	char frame[TRACE_FRAMES][TRACE_NAME]; /* the innermost first */
	size_t n;
	char outer[TRACE_NAME]; /* the outermost, below the system call's entry */
};

void trace_stack_add(struct trace_stack *stack, struct capgate_text function);

enum trace_noise trace_stack_noise(const struct trace_stack *stack);
/* The function that asked, without helpers that only pass the question on; "" if the stack
 * does not show it. */
const char *trace_stack_site(const struct trace_stack *stack);
/* "bind", from "__x64_sys_bind"; "" if the stack does not show it. */
const char *trace_stack_call(const struct trace_stack *stack);

#endif
