/* SPDX-License-Identifier: Apache-2.0 */
/* Which program belongs to which name of the wrapper. */
#ifndef RUNTIME_CONFIG_H
#define RUNTIME_CONFIG_H

#include <limits.h>

#include "capgate.h"

#define RUNTIME_CONFIG CAPGATE_SYSCONFDIR "/capgate/runtime.json"
/* Under which `capgate runtime` itself is looked up. */
#define RUNTIME_NAME "capgate-runtime"

enum runtime_dialect { DIALECT_RUNC, DIALECT_CRUN };

struct runtime_program {
	char path[PATH_MAX];
	enum runtime_dialect dialect; /* of its command line */
	/* runc or crun by its name, so that we know where it remembers containers, and how */
	bool stock;
	/* It sets all five sets of a container: runc, crun, and NVIDIA's, which executes one of
	 * them with the same arguments. */
	bool sets_all;
};

/*
 * The real runtime of a name: the first of its list that can be executed and is
 * not this program itself.  The list is that of runtime.json, which only root
 * can have written; for the usual names that it does not have, a built-in one.
 */
int runtime_config_find(const char *name, struct runtime_program *ret,
			struct capgate_error *err) CAPGATE_MUST;

/* Is the program called by that name the wrapper? */
bool runtime_config_is_wrapper(const char *name);

#endif
