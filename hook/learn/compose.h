/* SPDX-License-Identifier: Apache-2.0 */
/* A service of "docker compose run".  Compose itself reads its files. */
#ifndef LEARN_COMPOSE_H
#define LEARN_COMPOSE_H

#include "arguments.h"
#include "service.h"

/*
 * Asks Compose about the service, and adds to arguments its capabilities and the effects of
 * each run outside its container.  CAPGATE_EINVALID if Compose cannot be asked or the service
 * cannot be learned about; then err has a message for the user.
 */
int compose_open(struct arguments *arguments, struct service_facts *ret,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
