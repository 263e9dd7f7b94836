/* SPDX-License-Identifier: Apache-2.0 */
/* What the judges ask about a specification beside its members. */
#ifndef CAPGATE_LIB_SPEC_H
#define CAPGATE_LIB_SPEC_H

#include "filter.h"
#include "known.h"

/* The member that takes the place of all others of process and of linux. */
#define CAPGATE_EDITED_REST "rest"

/*
 * Reads a specification of which only those members are left that a rewrite of the sets
 * changes: process.capabilities, process.noNewPrivileges, linux.sysctl and linux.seccomp; of a
 * CAPGATE_PROCESS the first two.  Strict as capgate_spec_parse(), and no other member may
 * be there but CAPGATE_EDITED_REST.
 */
int capgate_spec_parse_edited(struct capgate_text text, enum capgate_kind kind,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err) CAPGATE_MUST;

/*
 * Reads a configuration of which linux.seccomp, with that place, was read before.  Of it
 * only the place is in *ret, as if it were empty.  It fails where something else stands
 * there.
 */
int capgate_spec_parse_around(struct capgate_text text, struct capgate_span profile,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err) CAPGATE_MUST;

#endif
