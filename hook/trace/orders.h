/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol between `capgate learn` and the program capgate-learn, which traces for it:
 * plain structures on its standard input and output, because both have one version.
 *
 * It is started as `capgate-learn trace ROWS OUTSIDE`.  First it writes struct tracer_hello,
 * and ends if that contains an error.  Then it answers each order with struct tracer_answer.
 * After ORDER_END it also writes struct tracer_end, and ends.  It ends when its standard
 * input is closed, too; its programs leave the kernel with it.
 */
#ifndef TRACE_ORDERS_H
#define TRACE_ORDERS_H

#include "table.h"

#define TRACER_VERSION 32
#define TRACER_WHY 320
#define TRACER_MAGIC "cg-learn" /* eight letters, without the byte that ends a string */

/* Its layout is the same in every version. */
struct tracer_hello {
	char magic[sizeof(TRACER_MAGIC) - 1];
	char version[TRACER_VERSION];
	int32_t error; /* 0: attached, and confined */
	char why[TRACER_WHY];
};

struct tracer_order {
	enum tracer_order_kind {
		ORDER_FOLLOW, /* the first process of this namespace has not executed yet */
		ORDER_FIRST,  /* it has; only without a namespace that was marked */
		ORDER_END,
	} kind;
	uint64_t mntns; /* the number of a mount namespace */
};

struct tracer_answer {
	int32_t error;
	char why[TRACER_WHY];
};

struct tracer_end {
	uint64_t lost; /* checks, processes or containers */
	struct trace_table table;
};

#endif
