/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the entry of the decision log to report. */
#ifndef FOUND_H
#define FOUND_H

#include <limits.h>

#include "hook/log/log.h"

/* A copy of an entry; len 0 if there is none. */
struct kept {
	char line[LOG_LINE_MAX], id[256], bundle[PATH_MAX];
	size_t len, id_len;
	bool allowed, starts; /* allowed unchanged; logged where a start begins */
};

/*
 * The last matching entry, and the last one of second choice: with an id, the exact id and ids
 * that begin with it; without, a refusal and a rewrite.
 */
struct found {
	struct capgate_text wanted; /* an id or its beginning; empty: what was not allowed */
	struct kept first, second;
	size_t rewrites; /* since the refusal */
	bool ambiguous;  /* several ids begin with it */
};

/* A visitor for logread_each(); user is a struct found. */
void found_consider(void *user, const struct logged *entry);

/* The chosen entry, or NULL.  Says on stderr if the user may have meant another one. */
const struct kept *found_choose(const struct found *found);

/* Was the entry logged where a start begins, before any other hook of the same start? */
bool found_starts(const struct logged *entry);

#endif
