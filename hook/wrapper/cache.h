/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps crun from using a compiled filter that was not made for a judged container. */
#ifndef RUNTIME_CACHE_H
#define RUNTIME_CACHE_H

#include "door.h"

/* Call it before the runtime is executed.  See filtercache_own(); in audit mode it leaves no
 * mark. */
int cache_enter(const struct runtime *r, struct capgate_error *err) CAPGATE_MUST;

#endif
