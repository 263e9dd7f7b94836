/* SPDX-License-Identifier: Apache-2.0 */
/* What "docker compose config --format json" says of a service. */
#ifndef LEARN_SERVICE_H
#define LEARN_SERVICE_H

#include "effects.h"

#define SERVICE_ADDED 64

struct service_facts {
	bool found; /* there is such a service */
	bool privileged;
	char image[256]; /* "": it is built */
	capgate_set add, drop;
	bool add_all, drop_all;
	/* cap_add as it is written, because Compose removes a word only if it is the same. */
	char added[SERVICE_ADDED][32];
	size_t n_added;
	struct effects effects;
	struct capgate_error error; /* code 0: none */
};

struct service_question {
	struct capgate_text text;
	const char *service;
	const char *project; /* volumes and networks whose name begins so are removed with it */
	bool alone;          /* the services that it depends on are not started */
	bool ports;          /* its ports are published */
};

/* *ret is all zero at first.  Pure. */
int service_parse(const struct service_question *question, struct capgate_arena *arena,
		  struct service_facts *ret, struct capgate_error *err) CAPGATE_MUST;

/* The same in a confined process.  CAPGATE_EINVALID: it is not understood, or has no such
 * service. */
int service_read(const struct service_question *question, struct service_facts *ret,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
