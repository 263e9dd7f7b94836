/* SPDX-License-Identifier: Apache-2.0 */
/* The directories where engines and runtimes keep the state of their containers. */
#ifndef ROOTS_H
#define ROOTS_H

#include "capgate.h"
#include "wiring.h"

enum root_kind {
	ROOT_RUNTIME, /* --root of runc, crun or youki: ID/state.json or ID/status */
	ROOT_TASKS,   /* containerd's tasks: NAMESPACE/ID, a bundle with init.pid */
	ROOT_DOCKER,  /* Docker's data-root: containers/ID/config.v2.json, hostconfig.json */
	/* containers/storage, for podman and CRI-O.  They contain DRIVER-containers/. */
	ROOT_GRAPH, /* the graph root, with containers.json */
	ROOT_RUN,   /* the run root, with volatile-containers.json: podman run --rm */
};

struct engine_root {
	enum engine engine; /* NENGINES: any engine that calls the runtime */
	enum root_kind kind;
	const char *path; /* absolute; a component "*" matches any name */
	bool users;	  /* any user may run the engine, not only root */
};

#define ENGINE_ROOTS 32

/* Roots in the order in which they are searched. */
struct engine_roots {
	struct engine_root v[ENGINE_ROOTS];
	size_t n;
};

/* Lists every known root.  The paths are constants. */
void engine_roots_known(struct engine_roots *ret);

/* Called with a directory of a root.  Return 0 to continue; any other value ends the search. */
typedef int engine_root_visit(void *user, const struct engine_root *root, const char *dir,
			      struct capgate_error *err);

/*
 * Visits the directories that a root's path matches, below prefix ("" or a directory).
 * Returns what visit returned, or 1 if a directory on the way could not be read, which is
 * reported on stderr.  Directories that do not exist are skipped.
 */
int engine_root_each(const struct engine_root *root, const char *prefix, engine_root_visit *visit,
		     void *user, struct capgate_error *err) CAPGATE_MUST;
/* The same for the directories of the root's containers. */
int engine_root_containers(const struct engine_root *root, const char *prefix,
			   engine_root_visit *visit, void *user,
			   struct capgate_error *err) CAPGATE_MUST;

#endif
