/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled filter, as generate.c writes it into filters.h. */
#ifndef CONFINE_FILTER_H
#define CONFINE_FILTER_H

#include <linux/filter.h>
#include <stddef.h>

/*
 * A placeholder for the process id in compiled filters. confine_calls() replaces it with its
 * own id before it loads a filter.  It is larger than any process id (PID_MAX_LIMIT is 2^22),
 * and the table has no such constant.
 */
#define CONFINE_PID_PLACEHOLDER 0x7a6b5c4dU

/* The most instructions of a filter; generate.c refuses a longer one. */
#define CONFINE_FILTER_MAX 512

struct confine_filter {
	const struct sock_filter *program;
	size_t n;
};

#endif
