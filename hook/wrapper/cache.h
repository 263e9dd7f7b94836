/* SPDX-License-Identifier: Apache-2.0 */
/* crun's compiled filters: it is given none that was not compiled for a judged container. */
#ifndef RUNTIME_CACHE_H
#define RUNTIME_CACHE_H

#include "door.h"

/* Before the runtime is executed; in audit mode it leaves no mark.  See filtercache_own(). */
int cache_enter(const struct runtime *r, struct capgate_error *err) CAPGATE_MUST;

#endif
