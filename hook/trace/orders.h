/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How `capgate learn` talks to the program capgate-learn, which traces for it: over its
 * standard input and output.  Both are of one version, so plain structures will do.
 *
 * It is started as `capgate-learn trace ROWS OUTSIDE`.  First it says struct tracer_hello;
 * with an error in it, it ends.  Then it answers each order by struct tracer_answer;
 * ORDER_END's is followed by struct tracer_end and it ends.  It ends, too, when its
 * standard input does, and what it has attached goes with it.
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
