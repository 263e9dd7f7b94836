/* SPDX-License-Identifier: Apache-2.0 */
/* report, merge, forget: what is kept of capabilities. */
#ifndef LEARN_KEPT_H
#define LEARN_KEPT_H

#include <stdbool.h>

struct kept_options {
	const char *store; /* NULL: that of this machine */
	const char *into;
	bool all, json;
};

/* Is the word one of them? */
bool kept_is(const char *word);
/* words[0] is one, and its names come after it.  Returns the exit status: 0; 1: nothing is
 * kept under a name; 2: something cannot be read or written; 64. */
int kept_run(const struct kept_options *options, char **words, int n);

#endif
