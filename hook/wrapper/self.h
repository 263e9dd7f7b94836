/* SPDX-License-Identifier: Apache-2.0 */
/* Executing oneself in place of the runtime would never end. */
#ifndef RUNTIME_SELF_H
#define RUNTIME_SELF_H

#include <stdbool.h>

/*
 * Is the program at that path capgate?  However it got there: a link, a copy,
 * another version.  Told by a note that every capgate carries (ELF, PT_NOTE),
 * which stripping leaves in place.  False as well when it cannot be read: then
 * it can be executed only by root's special permission, and execve(2) decides.
 */
bool runtime_self_is(const char *path);

#endif
