/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seccomp profiles that were read before.  Nine tenths of a specification are its profile, and
 * an engine gives most containers the same one.  If the same bytes are the same member of
 * another specification, they mean the same.
 */
#ifndef CAPGATE_KNOWN_H
#define CAPGATE_KNOWN_H

#include "capgate.h"

struct capgate_known_profile {
	struct capgate_text text;       /* .len 0 if there is none */
	struct capgate_seccomp reading; /* positions relative to the profile's beginning */
};

/* Copies the specification's profile into the arena.  Returns false, and an empty *ret, if it
 * has none or a short one, or if there is no room. */
bool capgate_known_profile_keep(const struct capgate_spec *spec, struct capgate_arena *arena,
				struct capgate_known_profile *ret);

/*
 * Like capgate_spec_parse(), with the same result.  But a profile that is one of the n known
 * ones is compared instead of read.  *used: its index, or n. *ret points into known, too.
 */
int capgate_spec_parse_known(struct capgate_text text, enum capgate_kind kind,
			     const struct capgate_known_profile *known, size_t n,
			     struct capgate_arena *arena, struct capgate_spec *ret, size_t *used,
			     struct capgate_error *err) CAPGATE_MUST;

#endif
