/* SPDX-License-Identifier: Apache-2.0 */
/* White space at the ends of words.  runc's newer parser (urfave/cli v3) removes it, like Go's
 * strings.TrimSpace(). */
#ifndef RUNTIME_BLANK_H
#define RUNTIME_BLANK_H

#include "argv.h"

bool blank_ends(const char *word);
/* Is the word empty, or does it begin or end with white space? */
bool blank_is_odd(const char *word);
/* The door that a word names without the white space around it. */
enum runtime_door blank_door_of(const char *word);

#endif
