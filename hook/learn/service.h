/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a service from the output of "docker compose config --format json". */
#ifndef LEARN_SERVICE_H
#define LEARN_SERVICE_H

#include "effects.h"

#define SERVICE_ADDED 64

struct service_facts {
	bool found; /* the document has the service */
	bool privileged;
	char image[256]; /* "" if it is built */
	capgate_set add, drop;
	bool add_all, drop_all;
	/* cap_add as it is spelled, because Compose removes a word only if the spelling is the
	 * same. */
	char added[SERVICE_ADDED][32];
	size_t n_added;
	struct effects effects;
	struct capgate_error error; /* code 0: none */
};

struct service_question {
	struct capgate_text text;
	const char *service;
	const char *project; /* volumes and networks with this prefix are removed after the run */
	bool alone;          /* do not start its dependencies */
	bool ports;          /* publish its ports */
};

/* Parses the document.  *ret must be all zero before.  Pure. */
int service_parse(const struct service_question *question, struct capgate_arena *arena,
		  struct service_facts *ret, struct capgate_error *err) CAPGATE_MUST;

/* The same in a confined process.  CAPGATE_EINVALID if the document is not understood or does
 * not have the service. */
int service_read(const struct service_question *question, struct service_facts *ret,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
