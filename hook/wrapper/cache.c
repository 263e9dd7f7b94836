/* SPDX-License-Identifier: Apache-2.0 */
#include "cache.h"

#include <limits.h>

#include "hook/engines/engines.h"
#include "container.h"

int cache_enter(const struct runtime *r, struct capgate_error *err)
{
	char root[PATH_MAX];

	if (r->call->dialect != DIALECT_CRUN || r->call->door == DOOR_EXEC)
		return 0;
	runtime_root(r->call, root, sizeof(root));
	return runtime_enforces(r) ? filtercache_own(root, err) : filtercache_disown(root, err);
}
