/* SPDX-License-Identifier: Apache-2.0 */
/* report, merge, forget: commands for what is kept in the store. */
#ifndef LEARN_KEPT_H
#define LEARN_KEPT_H

#include <stdbool.h>

struct kept_options {
	const char *store; /* NULL: /var/lib/capgate/learn */
	const char *into;
	bool all, json;
};

/* Is the word one of these commands? */
bool kept_is(const char *word);
/* Runs the command words[0] with the names after it.  Returns the exit status: 0; 1 if nothing
 * is kept under a name; 2 if something cannot be read or written; 64. */
int kept_run(const struct kept_options *options, char **words, int n);

#endif
