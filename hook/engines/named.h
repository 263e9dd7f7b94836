/* SPDX-License-Identifier: Apache-2.0 */
/* From the name that people give a container to the id that engines and logs use. */
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
 * The ids of the containers that Docker and podman have under that name now, from their
 * stores: a name is one container's in each store.  What cannot be read names none.
 */
void named_find(struct capgate_text name, struct named *ret);

#endif
