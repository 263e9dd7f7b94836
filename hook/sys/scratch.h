/* SPDX-License-Identifier: Apache-2.0 */
/* Private temporary directories. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include "capgate.h"

/* Makes one below /run or /tmp, with mode 0700; buf becomes its path.  False: not possible. */
bool scratch_make(char *buf, size_t size);
/* Removes it with its content, except for other file systems that are mounted in it. */
void scratch_remove(const char *path);
/* Writes a file in it. */
bool scratch_put(const char *dir, const char *name, const char *words);

#endif
