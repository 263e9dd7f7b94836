/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a confinement, for doors and for linters. */
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

/* One step of a confinement.  install() does nothing for a duty that it does not apply to. */
struct confine_part {
	int (*install)(enum confine_duty, struct capgate_error *);
	const char *name; /* for the message of best_effort */
};

/* Install the parts in order.  See confine() for best_effort and the errors. */
int confine_by(const struct confine_part *parts, size_t n, enum confine_duty duty, bool best_effort,
	       struct capgate_error *err) CAPGATE_MUST;

/* Sets no_new_privs, and makes the process not dumpable. */
int confine_renounce(enum confine_duty duty, struct capgate_error *err) CAPGATE_MUST;
/* Empties the bounding set if no_new_privs could not be set.  With no_new_privs, execve(2) gives
 * no capability, whatever the bounding set contains. */
int confine_bounding_set(struct capgate_error *err) CAPGATE_MUST;
/* Allows only the system calls of the duty.  It must be the last part. */
int confine_calls(enum confine_duty duty, struct capgate_error *err) CAPGATE_MUST;

/* For a build without confinement: says so on stderr.  Returns 0. */
int confine_not(void);

#endif
