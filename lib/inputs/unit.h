/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units: Quadlet's .container files (podman-systemd.unit(5)) and services of systemd
 * (systemd.exec(5)).  The text is one file, without its drop-ins; or the output of Quadlet's
 * generator, which includes drop-ins: one service, or all that -dryrun prints.
 */
#ifndef CAPGATE_UNIT_H
#define CAPGATE_UNIT_H

#include "request.h"

/* Does the text begin, after comments, with a section's header or with a title that the
 * generator prints? */
bool capgate_unit_is(struct capgate_text text);
/* Appends each container and each service, or the reason why a unit has none. */
int capgate_unit_read(struct capgate_text text, struct capgate_arena *arena,
		      struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;

#endif
