/* SPDX-License-Identifier: Apache-2.0 */
/* A service of "docker compose run", as Compose itself reads its files. */
#ifndef LEARN_COMPOSE_H
#define LEARN_COMPOSE_H

#include "arguments.h"
#include "service.h"

/*
 * Asks Compose, and adds to arguments what the service says of capabilities and what each
 * run does outside its container.  CAPGATE_EINVALID: Compose cannot be asked, or the
 * service cannot be learned about, in words for people.
 */
int compose_open(struct arguments *arguments, struct service_facts *ret,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
