/* SPDX-License-Identifier: Apache-2.0 */
/* Functions about specifications for the judges. */
#ifndef CAPGATE_LIB_SPEC_H
#define CAPGATE_LIB_SPEC_H

#include "filter.h"
#include "known.h"

/* A member that stands for all others of process or linux. */
#define CAPGATE_EDITED_REST "rest"

/*
 * Reads a specification that has only the members that a rewrite of the sets changes:
 * process.capabilities, process.noNewPrivileges, linux.sysctl and linux.seccomp; of a
 * CAPGATE_PROCESS the first two.  It is as strict as capgate_spec_parse(), and the only other
 * allowed member is CAPGATE_EDITED_REST.
 */
int capgate_spec_parse_edited(struct capgate_text text, enum capgate_kind kind,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err) CAPGATE_MUST;

/*
 * Reads a configuration whose linux.seccomp, at this place, was read before. *ret gets only the
 * place of the profile, as if it were empty.  Fails if anything else is at this place.
 */
int capgate_spec_parse_around(struct capgate_text text, struct capgate_span profile,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err) CAPGATE_MUST;

#endif
