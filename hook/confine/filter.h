/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled filter, as generate.c writes it into filters.h. */
#ifndef CONFINE_FILTER_H
#define CONFINE_FILTER_H

#include <linux/filter.h>
#include <stddef.h>

/*
 * The process id that the compiled filters compare with.  confine_calls() replaces it
 * by its own before it loads one.  Larger than any process id (PID_MAX_LIMIT is 2^22),
 * and no constant of the table.
 */
#define CONFINE_PID_PLACEHOLDER 0x7a6b5c4dU

/* Instructions of the longest filter; generate.c refuses a longer one. */
#define CONFINE_FILTER_MAX 512

struct confine_filter {
	const struct sock_filter *program;
	size_t n;
};

#endif
