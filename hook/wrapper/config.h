/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the runtime that belongs to a name of the wrapper. */
#ifndef RUNTIME_CONFIG_H
#define RUNTIME_CONFIG_H

#include <limits.h>

#include "capgate.h"

#define RUNTIME_CONFIG CAPGATE_SYSCONFDIR "/capgate/runtime.json"
/* The name for `capgate runtime`. */
#define RUNTIME_NAME "capgate-runtime"

enum runtime_dialect { DIALECT_RUNC, DIALECT_CRUN };

struct runtime_program {
	char path[PATH_MAX];
	enum runtime_dialect dialect; /* the dialect of its command line */
	/* Its name is runc or crun, so that we know where and how it keeps its containers. */
	bool stock;
	/* It sets all five sets of a container: runc, crun, and NVIDIA's, which executes one of
	 * them with the same arguments. */
	bool sets_all;
};

/*
 * Finds the real runtime of a name: the first program of its list that can be executed and is
 * not capgate.  The list is in runtime.json, which only root can have written.  Usual names
 * that are not in it have a built-in list.
 */
int runtime_config_find(const char *name, struct runtime_program *ret,
			struct capgate_error *err) CAPGATE_MUST;

/* Is this the name of a wrapper? */
bool runtime_config_is_wrapper(const char *name);

#endif
