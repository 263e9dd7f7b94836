/* SPDX-License-Identifier: Apache-2.0 */
/* Exit statuses. */
#ifndef STATUS_H
#define STATUS_H

#include "capgate.h"

/* Exit statuses of hooks and of the wrapper, stable: under crun and
 * podman's precreate the number is all that a user sees.  Never 1, 2 or
 * 125-127, which engines use themselves. */
enum exit_status {
	STATUS_OK = 0,
	STATUS_NET_RAW = 10,	/* NET_RAW refused */
	STATUS_UNLISTED = 11,	/* another unlisted capability refused */
	STATUS_AMBIGUOUS = 12,	/* two programs could read it differently */
	STATUS_POLICY = 20,	/* the policy cannot be used */
	STATUS_INPUT = 21,	/* the specification cannot be read or is not valid */
	STATUS_SYSTEM = 22,	/* memory, I/O */
	STATUS_NO_TRACER = 23,	/* learn: the kernel cannot be traced, or not by us */
	STATUS_USAGE = 64,
	/* For linters: check, audit, policy check, doctor. */
	STATUS_FINDINGS = 1,
	STATUS_NOT_JUDGED = 2,
};

/* The exit status of an error (by its rule, else by its code). */
int io_status(const struct capgate_error *err);
/* capgate_report_of() with this status. */
struct capgate_report io_report(const struct capgate_error *err);

#endif
