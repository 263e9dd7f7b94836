/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the directories of a root.  This is a separate file because glob(3) adds much of the C
 * library to a static program, and the program that engines start does not need it. */
#include "roots.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* The part of a container's pattern after the root's path. */
static const char *const below[] = {
	[ROOT_RUNTIME] = "/*",
	[ROOT_TASKS] = "/*/*",
	[ROOT_DOCKER] = "/containers/*",
	[ROOT_GRAPH] = "/*-containers/*/userdata",
	[ROOT_RUN] = "/*-containers/*/userdata",
};

/* Quotes the prefix, which is a name and not a pattern. */
static char *pattern_of(const char *prefix, const char *path, const char *rest)
{
	char *pattern = malloc(2 * strlen(prefix) + strlen(path) + strlen(rest) + 1), *p = pattern;

	if (!pattern)
		return NULL;
	for (; *prefix; prefix++) {
		if (strchr("*?[\\", *prefix))
			*p++ = '\\';
		*p++ = *prefix;
	}
	p = stpcpy(p, path);
	strcpy(p, rest);
	return pattern;
}

static int is_unreadable(const char *dir, int error)
{
	if (place_is_elsewhere(error))
		return 0;
	io_say("cannot look for containers in %s: %s", dir, io_words(error));
	return 1;
}

static int visit_all(const struct engine_root *root, const char *prefix, const char *rest,
		     engine_root_visit *visit, void *user, struct capgate_error *err)
{
	char *pattern = pattern_of(prefix, root->path, rest);
	glob_t found = {0};
	int looked = pattern ? glob(pattern, 0, is_unreadable, &found) : GLOB_NOSPACE;
	int status = 0;

	if (looked == GLOB_NOSPACE)
		status = capgate_fail_memory(err);
	for (size_t i = 0; status == 0 && i < found.gl_pathc; i++)
		status = visit(user, root, found.gl_pathv[i], err);
	globfree(&found);
	free(pattern);
	return status == 0 && looked == GLOB_ABORTED ? 1 : status;
}

int engine_root_each(const struct engine_root *root, const char *prefix, engine_root_visit *visit,
		     void *user, struct capgate_error *err)
{
	return visit_all(root, prefix, "", visit, user, err);
}

int engine_root_containers(const struct engine_root *root, const char *prefix,
			   engine_root_visit *visit, void *user, struct capgate_error *err)
{
	return visit_all(root, prefix, below[root->kind], visit, user, err);
}
