/* SPDX-License-Identifier: Apache-2.0 */
/* What Docker's daemon.json says about runtimes, and where. */
#ifndef DAEMONJSON_H
#define DAEMONJSON_H

#include "capgate.h"

struct daemonjson {
	struct capgate_span top, runtimes, ours; /* values; len 0: not there */
	struct capgate_span fallback_at;	 /* of default-runtime */
	struct capgate_text fallback, path;	 /* default-runtime; ours' path */
	bool has_fallback, has_arguments;
};

/* Strictly: what two readers could read differently is an error. */
int daemonjson_parse(struct capgate_text text, struct capgate_arena *arena, struct daemonjson *ret,
		     struct capgate_error *err) CAPGATE_MUST;

#endif
