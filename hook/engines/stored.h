/* SPDX-License-Identifier: Apache-2.0 */
/* Containers that are stopped, or were never started.  No runtime has a state for them, so they
 * are only in their engine's store. */
#ifndef STORED_H
#define STORED_H

#include "containers.h"

/*
 * Adds the containers of Docker and of containers/storage (podman, CRI-O) below root that are
 * not in the list yet.  Docker may record a container as running that is not in the list,
 * because it starts or ends at this moment.  It is not added, but counted in *moved.
 */
int stored_find(const char *root, struct containers *list, size_t *moved,
		struct capgate_error *err) CAPGATE_MUST;

/* The two files that Docker keeps for a container; malloc'd. */
struct stored_files {
	struct capgate_text config, host; /* config.v2.json, hostconfig.json */
};

/* Reads both files.  Returns 0 if the directory belongs to no container, a positive number if
 * both were read.  Release them in every case. */
int stored_files_read(const char *dir, struct stored_files *f,
		      struct capgate_error *err) CAPGATE_MUST;
void stored_files_release(struct stored_files *f);

/*
 * Builds the specification that Docker would give its runtime, from the two files in the
 * container's directory.  `capgate check` does the same with the output of docker inspect.
 * malloc'd; free it with io_free().
 */
int stored_read_docker(const char *dir, size_t limit, struct capgate_text *ret,
		       struct capgate_error *err) CAPGATE_MUST;

#endif
