/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a runtime's state of a container that exec enters. */
#ifndef RUNTIME_CONTAINER_H
#define RUNTIME_CONTAINER_H

#include <limits.h>

#include "capgate.h"
#include "argv.h"

struct runtime_container {
	char root[PATH_MAX];   /* the directory of its state: --root, or the default */
	char bundle[PATH_MAX]; /* may be empty */
	/* runc: an annotation names another one, which exec without a process file would use */
	bool two_bundles;
	bool there;		       /* root has a state of it, readable or not */
	long pid;		       /* its first process; 0: the state has none */
	struct capgate_text config;    /* config.json; empty: it cannot be read */
	bool config_is_ours;	       /* only root or we can have changed it */
	struct capgate_text inherited; /* runc: its capabilities as JSON; empty: see config */
	struct capgate_text filter;    /* crun: its seccomp filter, compiled; empty: none */
};

/* The directory of the runtime's state: --root, or the default. */
void runtime_root(const struct runtime_call *call, char *buf, size_t size);

/*
 * Finds the container of the call.  runc keeps state.json, and reads config.json of the bundle
 * again at each exec.  crun keeps its own copy of config.json.  The runtime has written both
 * files, but the names in them come from the configuration.
 */
int runtime_container_find(const struct runtime_call *call, size_t limit,
			   struct runtime_container *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
