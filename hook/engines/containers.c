/* SPDX-License-Identifier: Apache-2.0 */
/* The containers of this machine: every state that a runtime keeps of one. */
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "containers.h"
#include "distributions.h"
#include "roots.h"

#define CONTAINERS_MAX 100000

static bool is_known(const struct containers *list, const struct container *c)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].id, c->id) == 0 &&
		    (list->v[i].pid == c->pid || c->runtime[0] == '\0'))
			return true;
	return false;
}

/* It is the list's from then on. */
static int add_container(struct containers *list, const struct container *c,
			 struct capgate_error *err)
{
	if (list->n == CONTAINERS_MAX)
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				    "more than %d containers", CONTAINERS_MAX);
	if (list->n == list->room) {
		size_t more = list->room ? list->room * 2 : 16;
		struct container *grown = realloc(list->v, more * sizeof(*grown));

		if (!grown)
			return capgate_fail_memory(err);
		list->v = grown;
		list->room = more;
	}
	list->v[list->n++] = *c;
	return 0;
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
		/* One that cannot be read must not hide the others. */
		io_say_error(dir, err);
		list->unreadable++;
		status = 0;
	}
	if (status > 0 && !is_known(list, &c)) {
		if (c.two_bundles)
			io_say("%s: an annotation \"bundle\" names another directory than the "
			       "container's own, from which runc's exec would start", dir);
		status = add_container(list, &c, err);
		if (status == 0)
			return 0;
	}
	container_release(&c);
	return status < 0 ? status : 0;
}

int containers_find(const char *root, struct containers *ret, struct capgate_error *err)
{
	struct containers list = {0};
	struct engine_roots roots;
	int status = 0;

	engine_roots_known(&roots);
	for (size_t i = 0; status >= 0 && i < roots.n; i++) {
		if (roots.v[i].kind != ROOT_RUNTIME && roots.v[i].kind != ROOT_TASKS)
			continue;
		status = engine_root_containers(&roots.v[i], root, take_directory, &list, err);
		list.unreadable += status > 0;
	}
	if (status < 0)
		containers_release(&list);
	else
		*ret = list;
	return status < 0 ? status : 0;
}

void containers_release(struct containers *list)
{
	for (size_t i = 0; i < list->n; i++)
		container_release(&list->v[i]);
	free(list->v);
	*list = (struct containers){0};
}
