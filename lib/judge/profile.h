/* SPDX-License-Identifier: Apache-2.0 */
/* The seccomp profile of a rewritten specification, read where it was edited. */
#ifndef CAPGATE_PROFILE_H
#define CAPGATE_PROFILE_H

#include "capgate.h"

/*
 * A profile that holds the rules which an edit puts in front of the others of spec's, and a
 * mark; len 0: none does.  The strict reader has to read it at the depth of linux.seccomp.
 * Fails only for memory.
 */
int capgate_profile_of_put_in(const struct capgate_spec *spec, const struct capgate_edits *edits,
			      struct capgate_arena *arena, struct capgate_text *ret) CAPGATE_MUST;

/*
 * The reading of text, which is what the edits make of spec's profile, as
 * capgate_spec_parse() would find it.  Of the edits those within the profile count; text is
 * compared with the old one and with them, byte for byte.  put_in: what was read of
 * capgate_profile_of_put_in().
 *
 * An edit may take elements out of an array, with the right comma: names, or rules that name
 * a call that decides something.  It may put a number in place of a rule's value.  And one
 * may put rules in front of the others.  *ret then has the old reading without what was
 * taken out, and with what was put in; no places, and no list of names.  0; or
 * CAPGATE_EINTERNAL: another edit, or other bytes, it has to be read whole; or
 * CAPGATE_ENOMEM.
 */
int capgate_read_edited_profile(const struct capgate_spec *spec, const struct capgate_edits *edits,
				struct capgate_text text, const struct capgate_seccomp *put_in,
				struct capgate_arena *arena,
				struct capgate_seccomp *ret) CAPGATE_MUST;

#endif
