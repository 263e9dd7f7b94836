/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seccomp profiles that were read before.  Nine tenths of a specification are its
 * profile, and an engine gives most containers the same one.  Where the same bytes are
 * the same member of another specification, they say the same.
 */
#ifndef CAPGATE_KNOWN_H
#define CAPGATE_KNOWN_H

#include "capgate.h"

struct capgate_known_profile {
	struct capgate_text text;       /* .len 0: none */
	struct capgate_seccomp reading; /* places from the profile's own beginning */
};

/* A copy of the specification's profile, all of it in the arena.  False: it has none, or
 * a short one, or there is no room; then *ret is none. */
bool capgate_known_profile_keep(const struct capgate_spec *spec, struct capgate_arena *arena,
				struct capgate_known_profile *ret);

/*
 * capgate_spec_parse() with the same result, but the profile is compared with the n known
 * ones, not read, where it is one of them.  *used: which one it was, or n.  *ret points
 * into known, too.
 */
int capgate_spec_parse_known(struct capgate_text text, enum capgate_kind kind,
			     const struct capgate_known_profile *known, size_t n,
			     struct capgate_arena *arena, struct capgate_spec *ret, size_t *used,
			     struct capgate_error *err) CAPGATE_MUST;

#endif
