/* SPDX-License-Identifier: Apache-2.0 */
/* Executing oneself in place of the runtime would never end. */
#ifndef SELF_H
#define SELF_H

#include "capgate.h"

/*
 * Is the program at that path capgate?  However it got there: a link, a copy,
 * another version.  Told by a note that every capgate carries (ELF, PT_NOTE),
 * which stripping leaves in place.  False as well when it cannot be read: then
 * it can be executed only by root's special permission, and execve(2) decides.
 */
bool self_is(const char *path);

#define SELF_VERSION 32
/* The version of the capgate program with these bytes; false: it is not capgate, or an old
 * one. */
bool self_version(struct capgate_text program, char ret[SELF_VERSION]);

#endif
