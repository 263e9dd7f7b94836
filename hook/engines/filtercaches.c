/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the directories of crun's caches.  This needs glob(3), see rootwalk.c. */
#include <unistd.h>

#include "filtercache.h"
#include "roots.h"

struct each {
	filtercache_visit *visit;
	void *user;
};

static int visit_root(void *user, const struct engine_root *root, const char *dir,
		      struct capgate_error *err)
{
	const struct each *each = user;

	(void)root;
	/* A user cannot read root's caches, and the crun of a user does not use them. */
	if (geteuid() != 0 && access(dir, R_OK | X_OK) < 0)
		return 0;
	return each->visit(each->user, dir, err);
}

int filtercache_each(filtercache_visit *visit, void *user, struct capgate_error *err)
{
	struct each each = {visit, user};
	struct engine_roots roots;
	int status = 0;

	engine_roots_known(&roots);
	for (size_t i = 0; status >= 0 && i < roots.n; i++)
		if (roots.v[i].kind == ROOT_RUNTIME && !roots.v[i].users)
			status = engine_root_each(&roots.v[i], "", visit_root, &each, err);
	return status < 0 ? status : 0;
}
