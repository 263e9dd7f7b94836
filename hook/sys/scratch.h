/* SPDX-License-Identifier: Apache-2.0 */
/* A private directory that goes again. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include "capgate.h"

/* Below /run or /tmp, mode 0700; buf is its path.  False: neither will do. */
bool scratch_make(char *buf, size_t size);
/* With all that is in it; other file systems are not entered. */
void scratch_remove(const char *path);
/* One file in it. */
bool scratch_put(const char *dir, const char *name, const char *words);

#endif
