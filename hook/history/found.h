/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the entry of the decision log to report. */
#ifndef FOUND_H
#define FOUND_H

#include <limits.h>

#include "hook/log/log.h"

/* An entry in memory of its own; len 0: none. */
struct kept {
	char line[LOG_LINE_MAX], id[256], bundle[PATH_MAX];
	size_t len, id_len;
	bool allowed, starts; /* as it was; at a door where containers start */
};

/*
 * The last entry that is asked for, and the last of the second choice: with an
 * id, its own entry and one that only begins so; without, a refusal and a
 * rewrite.
 */
struct found {
	struct capgate_text wanted; /* an id or its beginning; empty: what was not allowed */
	struct kept first, second;
	size_t rewrites; /* since the refusal */
	bool ambiguous;  /* the beginning of several ids */
};

/* A visitor of logread_each(); user: a struct found. */
void found_consider(void *user, const struct logged *entry);

/* NULL: none.  Says on stderr when another one may have been meant. */
const struct kept *found_choose(const struct found *found);

/* At a door where containers start, before any hook. */
bool found_starts(const struct logged *entry);

#endif
