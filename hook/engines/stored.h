/* SPDX-License-Identifier: Apache-2.0 */
/* Containers that no runtime keeps a state of: they are stopped, or were never started,
 * and only the store of their engine knows them. */
#ifndef STORED_H
#define STORED_H

#include "containers.h"

/*
 * Adds those of Docker and of containers/storage (podman, CRI-O) below root that the list
 * does not have.  *moved: how many Docker takes for running although the list does not have
 * them, which can be one that starts or ends at this moment; they are not added.
 */
int stored_find(const char *root, struct containers *list, size_t *moved,
		struct capgate_error *err) CAPGATE_MUST;

/* The two files that Docker keeps of a container; malloc'd. */
struct stored_files {
	struct capgate_text config, host; /* config.v2.json, hostconfig.json */
};

/* 0: the directory is no container's; positive: both were read.  Release them whatever
 * comes. */
int stored_files_read(const char *dir, struct stored_files *f,
		      struct capgate_error *err) CAPGATE_MUST;
void stored_files_release(struct stored_files *f);

/*
 * What Docker would ask its runtime for, resolved from the two files of the container's
 * directory as `capgate check` resolves what docker inspect prints.  malloc'd; io_free().
 */
int stored_read_docker(const char *dir, size_t limit, struct capgate_text *ret,
		       struct capgate_error *err) CAPGATE_MUST;

#endif
