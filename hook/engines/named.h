/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the ids of containers by their names. */
#ifndef NAMED_H
#define NAMED_H

#include "capgate.h"

#define NAMED_IDS 8
#define NAMED_ID 72

struct named {
	char id[NAMED_IDS][NAMED_ID];
	size_t n;
};

/*
 * The ids of the containers that have this name now in the stores of Docker and podman.  A
 * store has at most one.  A store that cannot be read counts as empty.
 */
void named_find(struct capgate_text name, struct named *ret);

#endif
