/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the kernel a capability was asked for, and whether the answer matters. */
#ifndef TRACE_SITE_H
#define TRACE_SITE_H

#include "capgate.h"

enum trace_noise {
	TRACE_MATTERS,
	TRACE_OVERCOMMIT,   /* how much memory there may be: never refused for that */
	TRACE_SILENT,       /* asked without audit: the program goes on either way */
	TRACE_BORROWED,     /* asked of overlayfs's own credentials, not the program's */
	TRACE_OWN_USERNS,   /* granted in a user namespace that the program made */
	TRACE_OTHER_USERNS, /* of a user namespace that is not the container's */
};

#define TRACE_NAME 48
#define TRACE_FRAMES 64 /* what lies deeper is left out */

struct trace_stack {
	char frame[TRACE_FRAMES][TRACE_NAME]; /* the innermost first */
	size_t n;
	char outer[TRACE_NAME]; /* the last before the system call's entry */
};

void trace_stack_add(struct trace_stack *stack, struct capgate_text function);

enum trace_noise trace_stack_noise(const struct trace_stack *stack);
/* The function that wants to know, past those that only pass the question on; "" when
 * the stack does not say. */
const char *trace_stack_site(const struct trace_stack *stack);
/* "bind", from "__x64_sys_bind"; "" when the stack does not say. */
const char *trace_stack_call(const struct trace_stack *stack);

#endif
