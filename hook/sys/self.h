/* SPDX-License-Identifier: Apache-2.0 */
/* Recognises programs that are capgate: a wrapper that executed itself would never end. */
#ifndef SELF_H
#define SELF_H

#include "capgate.h"

/*
 * Is the program at this path capgate, also as a link, a copy or another version?  Each capgate
 * has an ELF note (PT_NOTE), which stripping does not remove.  False also for a file that
 * cannot be read: then execve(2) decides.
 */
bool self_is(const char *path);

#define SELF_VERSION 32
/* The version of the capgate program with these bytes; false: it is not capgate, or an old
 * one. */
bool self_version(struct capgate_text program, char ret[SELF_VERSION]);

#endif
