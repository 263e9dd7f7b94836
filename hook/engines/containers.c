/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the containers of this machine in the states of runtimes and the stores of engines. */
#include <string.h>
#include <sys/select.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "containers.h"
#include "distributions.h"
#include "roots.h"
#include "stored.h"

static bool is_known(const struct containers *list, const struct container *c)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].id, c->id) == 0 &&
		    (list->v[i].pid == c->pid || c->runtime[0] == '\0'))
			return true;
	return false;
}

/* A distribution's containerd is shown as containerd. */
static const char *engine_of(const struct engine_root *root)
{
	if (root->engine == NENGINES)
		return "";
	return wiring_engine_name(distribution_of(root->engine) ? ENGINE_CONTAINERD : root->engine);
}

static int take_directory(void *user, const struct engine_root *root, const char *dir,
			  struct capgate_error *err)
{
	struct container c = {.engine = engine_of(root)};
	struct containers *list = user;
	int status = container_read_state(dir, &c, err);

	if (status < 0 && err->code != CAPGATE_ENOMEM) {
		/* An unreadable state must not hide the other containers. */
		io_say_error(dir, err);
		list->unreadable++;
		status = 0;
	}
	if (status > 0 && !is_known(list, &c)) {
		if (c.two_bundles)
			io_say("%s: an annotation \"bundle\" names another directory than the "
			       "container's own, whose config.json runc's exec would use",
			       dir);
		status = containers_add(list, &c, err);
		if (status == 0)
			return 0;
	}
	container_release(&c);
	return status < 0 ? status : 0;
}

/* The containers for which a runtime keeps a state. */
static int find_states(const char *root, struct containers *list, struct capgate_error *err)
{
	struct engine_roots roots;
	int status = 0;

	engine_roots_known(&roots);
	for (size_t i = 0; status >= 0 && i < roots.n; i++) {
		if (roots.v[i].kind != ROOT_RUNTIME && roots.v[i].kind != ROOT_TASKS)
			continue;
		status = engine_root_containers(&roots.v[i], root, take_directory, list, err);
		list->unreadable += status > 0;
	}
	return status < 0 ? status : 0;
}

/*
 * While a container starts or ends, its engine's store can say that it runs although its
 * runtime has no state of it.  The search is repeated for half a second.  If the difference
 * stays, the container is missing and the list is incomplete.
 */
#define SETTLE_TRIES 25
#define SETTLE_NSEC 20000000L

int containers_find(const char *root, struct containers *ret, struct capgate_error *err)
{
	const struct timespec pause = {.tv_nsec = SETTLE_NSEC};
	struct containers list = {0};
	size_t moved = 0;
	int status = 0;

	for (int tries = 0; status == 0 && tries < SETTLE_TRIES; tries++) {
		containers_release(&list);
		status = find_states(root, &list, err);
		if (status == 0)
			status = stored_find(root, &list, &moved, err);
		if (moved == 0)
			break;
		pselect(0, NULL, NULL, NULL, &pause, NULL);
	}
	if (status == 0 && moved) {
		io_say("Docker reports %zu more running container%s without a state in the known "
		       "directories of runtimes: either dockerd has another --exec-root, or it "
		       "ended without recording that they ended",
		       moved, moved == 1 ? "" : "s");
		list.unreadable += moved;
	}
	if (status < 0)
		containers_release(&list);
	else
		*ret = list;
	return status;
}
