/* SPDX-License-Identifier: Apache-2.0 */
/* Where runtimes keep what they know about running containers. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "containers.h"

/* One directory a container.  Engines give their runtimes roots of their own;
 * the tasks come last, for runtimes that keep their state elsewhere. */
static const struct {
	const char *pattern, *engine;
} stores[] = {
	{"/run/docker/runtime-*/*/*", "docker"},
	{"/run/containerd/runc/*/*", "containerd"},
	{"/run/runc/*", ""},
	{"/run/crun/*", ""},
	{"/run/youki/*", ""},
	{"/run/user/*/runc/*", ""},
	{"/run/user/*/crun/*", ""},
	{"/run/docker/containerd/daemon/io.containerd.runtime.v2.task/*/*", "docker"},
	{"/run/containerd/io.containerd.runtime.v2.task/*/*", "containerd"},
};

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
static int add(struct containers *list, const struct container *c, struct capgate_error *err)
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

static int take(const char *dir, const char *engine, struct containers *list,
		struct capgate_error *err)
{
	struct container c = {.engine = engine};
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
		status = add(list, &c, err);
		if (status == 0)
			return 0;
	}
	container_release(&c);
	return status < 0 ? status : 0;
}

/* The root is a name, not a pattern. */
static char *pattern_of(const char *root, const char *pattern)
{
	char *escaped = malloc(2 * strlen(root) + strlen(pattern) + 1), *p = escaped;

	if (!escaped)
		return NULL;
	for (; *root; root++) {
		if (strchr("*?[\\", *root))
			*p++ = '\\';
		*p++ = *root;
	}
	strcpy(p, pattern);
	return escaped;
}

static int is_unreadable(const char *dir, int error)
{
	if (place_is_elsewhere(error))
		return 0;
	io_say("audit: cannot look for containers in %s: %s", dir, strerror(error));
	return 1;
}

int containers_find(const char *root, struct containers *ret, struct capgate_error *err)
{
	struct containers list = {0};
	int status = 0;

	for (size_t i = 0; status == 0 && i < COUNT(stores); i++) {
		char *pattern = pattern_of(root, stores[i].pattern);
		glob_t found = {0};

		int looked = pattern ? glob(pattern, 0, is_unreadable, &found) : GLOB_NOSPACE;

		if (looked == GLOB_NOSPACE)
			status = capgate_fail_memory(err);
		else if (looked == GLOB_ABORTED)
			list.unreadable++;
		for (size_t k = 0; status == 0 && k < found.gl_pathc; k++)
			status = take(found.gl_pathv[k], stores[i].engine, &list, err);
		globfree(&found);
		free(pattern);
	}
	if (status < 0)
		containers_release(&list);
	else
		*ret = list;
	return status;
}

void containers_release(struct containers *list)
{
	for (size_t i = 0; i < list->n; i++)
		container_release(&list->v[i]);
	free(list->v);
	*list = (struct containers){0};
}
