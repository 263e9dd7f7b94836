/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crun keeps the seccomp filters that it has compiled in ROOT/.cache/seccomp, since
 * 1.9, and takes one from there whose key is the same.  The key leaves errnoRet out
 * and has no separators (crun's src/libcrun/seccomp.c), so a filter that was compiled
 * for a container which nobody judged may be given to one that was judged.
 */
#ifndef FILTERCACHE_H
#define FILTERCACHE_H

#include <stddef.h>
#include <time.h>

#include "capgate.h"

/*
 * From here on every filter below this root was compiled for a container that was
 * judged: what else lies there is removed, once; a mark beside the filters remembers
 * it.  Nothing lies there: 0.  No link is followed.  Negative: a directory on the way
 * is not the caller's alone, or cannot be read or written.
 */
int filtercache_own(const char *root, struct capgate_error *err) CAPGATE_MUST;
/* What comes from here on was not judged: the mark is removed. */
int filtercache_disown(const char *root, struct capgate_error *err) CAPGATE_MUST;

/* Each root that root's engines may give crun.  visit returns 0 or negative, which ends it. */
typedef int filtercache_visit(void *user, const char *root, struct capgate_error *err);
int filtercache_each(filtercache_visit *visit, void *user, struct capgate_error *err) CAPGATE_MUST;

/* How many filters without the mark are older than begin. */
int filtercache_count(const char *root, const struct timespec *begin, size_t *ret,
		      struct capgate_error *err) CAPGATE_MUST;
/* Removes all filters, and leaves no mark. */
int filtercache_clear(const char *root, struct capgate_error *err) CAPGATE_MUST;

#endif
