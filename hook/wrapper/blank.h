/* SPDX-License-Identifier: Apache-2.0 */
/* White space at the edges of words, which runc's later parser (urfave/cli v3) trims
 * as Go's strings.TrimSpace() does. */
#ifndef RUNTIME_BLANK_H
#define RUNTIME_BLANK_H

#include "argv.h"

bool blank_ends(const char *word);
/* Empty, or with white space at its beginning or end. */
bool blank_is_odd(const char *word);
/* The door that a word names when white space around it is left out. */
enum runtime_door blank_door_of(const char *word);

#endif
