/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crun's cache of compiled seccomp filters, in ROOT/.cache/seccomp since crun 1.9.
 *
 * crun reuses a filter if the key of the new profile is the same.  The key omits errnoRet and
 * has no separators (crun's src/libcrun/seccomp.c), so different profiles can have the same
 * key.  A container that was judged could then get a filter that was compiled for a container
 * that was not judged.  Therefore capgate empties the cache once and marks it.
 */
#ifndef FILTERCACHE_H
#define FILTERCACHE_H

#include <stddef.h>
#include <time.h>

#include "capgate.h"

/*
 * Removes every filter below this root and writes the mark, unless the mark is there.  The
 * mark means that all filters were compiled for judged containers.  Returns 0 also if there
 * is no cache.  Follows no link.  Negative if another user owns a directory on the way or can
 * write to it, or if it cannot be read or written.
 */
int filtercache_own(const char *root, struct capgate_error *err) CAPGATE_MUST;
/* Removes the mark.  Call this before a container runs that was not judged. */
int filtercache_disown(const char *root, struct capgate_error *err) CAPGATE_MUST;

/* Visits each root directory that root's engines may give crun.  A negative value from visit
 * ends the walk and is returned. */
typedef int filtercache_visit(void *user, const char *root, struct capgate_error *err);
int filtercache_each(filtercache_visit *visit, void *user, struct capgate_error *err) CAPGATE_MUST;

/* Counts the filters that were compiled before begin.  0 if the cache has the mark. */
int filtercache_count(const char *root, const struct timespec *begin, size_t *ret,
		      struct capgate_error *err) CAPGATE_MUST;
/* Removes all filters and the mark. */
int filtercache_clear(const char *root, struct capgate_error *err) CAPGATE_MUST;

#endif
