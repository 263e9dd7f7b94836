/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of Quadlet, podman-systemd.unit(5): [Container], and those without containers. */
#ifndef CAPGATE_QUADLET_H
#define CAPGATE_QUADLET_H

#include "request.h"

/* One [Container] section. */
struct capgate_quadlet {
	const char *text; /* the beginning of the whole text, for places */
	struct capgate_arena *arena;
	struct capgate_request *container;
	bool generated;        /* the section is [X-Container], as the generator writes it */
	bool starts_container; /* a command of [Service] starts another container */
};

/* Reads one "key=value" of the section into the container.  CAPGATE_ENOMEM. */
int capgate_quadlet_line(const struct capgate_quadlet *q, struct capgate_text key,
			 struct capgate_text value) CAPGATE_MUST;
/* Appends the container when all lines are read, or why it cannot be judged. */
int capgate_quadlet_finish(const struct capgate_quadlet *q, struct capgate_requests *list,
			   struct capgate_error *err) CAPGATE_MUST;

/* Why a unit with this section describes no container. */
const char *capgate_quadlet_why_none(struct capgate_text section);
/* Which dialect a unit with this section belongs to.  Of units without a container, those
 * that belong to Quadlet are not reported beside its containers. */
enum capgate_dialect capgate_quadlet_dialect(struct capgate_text section);

#endif
