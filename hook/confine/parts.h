/* SPDX-License-Identifier: Apache-2.0 */
/* What confine.c puts together. */
#ifndef CONFINE_PARTS_H
#define CONFINE_PARTS_H

#include <string.h>

#include "lib/base/base.h"
#include "confine.h"

/* "the parser cannot be confined: WHAT: words of the errno error" */
static inline int confine_fail(struct capgate_error *err, const char *what, int error)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CONFINEMENT, CAPGATE_NOWHERE,
			    "the parser cannot be confined: %s: %s", what, strerror(error));
}
/* The system calls of the duty; the last part, for it forbids the others. */
int confine_calls(enum confine_duty duty, struct capgate_error *err) CAPGATE_MUST;

#endif
