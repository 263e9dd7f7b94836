/* SPDX-License-Identifier: Apache-2.0 */
/* What the doors' and the linters' confinement are put together from. */
#ifndef CONFINE_PARTS_H
#define CONFINE_PARTS_H

#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "confine.h"

/* "the parser cannot be confined: WHAT: words of the errno error" */
static inline int confine_fail(struct capgate_error *err, const char *what, int error)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CONFINEMENT, CAPGATE_NOWHERE,
			    "the parser cannot be confined: %s: %s", what, io_words(error));
}

/* One step of a confinement.  install() does nothing where the duty needs nothing. */
struct confine_part {
	int (*install)(enum confine_duty, struct capgate_error *);
	const char *name; /* in the message of best effort */
};

/* Install the parts in order.  See confine() for best_effort and the errors. */
int confine_by(const struct confine_part *parts, size_t n, enum confine_duty duty, bool best_effort,
	       struct capgate_error *err) CAPGATE_MUST;

/* no_new_privs, and not dumpable. */
int confine_renounce(enum confine_duty duty, struct capgate_error *err) CAPGATE_MUST;
/* Where no_new_privs could not be set, the bounding set is emptied: with it set,
 * execve(2) gives nothing whatever that set holds. */
int confine_bounding_set(struct capgate_error *err) CAPGATE_MUST;
/* The system calls of the duty; the last part, for it forbids the others. */
int confine_calls(enum confine_duty duty, struct capgate_error *err) CAPGATE_MUST;

/* What a build without confinement does instead: it says so.  Returns 0. */
int confine_not(void);

#endif
