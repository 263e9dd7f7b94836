/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units: Quadlet's .container files (podman-systemd.unit(5)) and services of systemd
 * (systemd.exec(5)).  One file, without its drop-ins; or what Quadlet's generator made of
 * files and drop-ins, one service or all that its -dryrun prints.
 */
#ifndef CAPGATE_UNIT_H
#define CAPGATE_UNIT_H

#include "request.h"

/* Does the text begin with the header of a section, or of a service that the generator
 * prints, after comments? */
bool capgate_unit_is(struct capgate_text text);
/* Appends the container or service, or why there is none. */
int capgate_unit_read(struct capgate_text text, struct capgate_arena *arena,
		      struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;

#endif
