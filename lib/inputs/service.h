/* SPDX-License-Identifier: Apache-2.0 */
/* The section [Service] of systemd: systemd.service(5) and systemd.exec(5). */
#ifndef CAPGATE_SERVICE_H
#define CAPGATE_SERVICE_H

#include "request.h"
#include "unit_command.h"

/* One service.  Its sets follow from several lines. */
struct capgate_service {
	capgate_set bounding, ambient;
	bool dynamic_user, filtered, host_network;
	bool start_only; /* only the main command is restricted, not those before and after it */
	bool unsure;     /* it is uncertain whether bounding lacks a removed entry */
	struct capgate_unit_commands commands;
};

/* What systemd assumes before the first line. */
struct capgate_service capgate_service_default(void);
/* Reads one "key=value" of the section into the service, and into the container where it
 * has a member for it. */
void capgate_service_line(struct capgate_service *s, struct capgate_request *container,
			  struct capgate_text key, struct capgate_text value);
/* Appends the service when all lines are read, or why it cannot be judged. */
int capgate_service_finish(const struct capgate_service *s, struct capgate_request *container,
			   struct capgate_arena *arena, struct capgate_requests *list,
			   struct capgate_error *err) CAPGATE_MUST;

#endif
