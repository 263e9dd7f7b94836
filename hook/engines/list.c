/* SPDX-License-Identifier: Apache-2.0 */
/* A container's texts, and the list of containers. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/base.h"
#include "containers.h"

#define CONTAINERS_MAX 100000

/* ---- One --------------------------------------------------------------------------- */

void container_put(char **where, struct capgate_text t)
{
	char *fresh = t.len == 0 || memchr(t.p, 0, t.len) ? strdup("") : strndup(t.p, t.len);

	if (!fresh)
		return;
	free(*where);
	*where = fresh;
}

int container_begin(struct container *c, const char *dir, struct capgate_text id,
		    struct capgate_error *err)
{
	container_put(&c->id, id);
	container_put(&c->bundle, capgate_text_of(""));
	container_put(&c->dir, capgate_text_of(dir));
	container_put(&c->name, capgate_text_of(""));
	container_put(&c->image, capgate_text_of(""));
	container_put(&c->config, capgate_text_of(""));
	return c->id && c->bundle && c->dir && c->name && c->image && c->config
		       ? 0
		       : capgate_fail_memory(err);
}

void container_release(struct container *c)
{
	free(c->id);
	free(c->bundle);
	free(c->dir);
	free(c->name);
	free(c->image);
	free(c->config);
	*c = (struct container){0};
}

/* ---- All --------------------------------------------------------------------------- */

int containers_add(struct containers *list, const struct container *c, struct capgate_error *err)
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

void containers_release(struct containers *list)
{
	for (size_t i = 0; i < list->n; i++)
		container_release(&list->v[i]);
	free(list->v);
	*list = (struct containers){0};
}
