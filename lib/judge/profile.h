/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the seccomp profile of a rewritten specification where it was edited. */
#ifndef CAPGATE_PROFILE_H
#define CAPGATE_PROFILE_H

#include "capgate.h"

/*
 * Makes a profile from the rules that an edit inserts before the others, and a marker; len is 0
 * if no edit does.  The strict reader must read it at the depth of linux.seccomp.  Fails only
 * for memory.
 */
int capgate_profile_of_put_in(const struct capgate_spec *spec, const struct capgate_edits *edits,
			      struct capgate_arena *arena, struct capgate_text *ret) CAPGATE_MUST;

/*
 * Reads text, the result of applying the edits to spec's profile, as capgate_spec_parse()
 * would.  Only edits within the profile count; text is compared with the old one and with the
 * edits, byte for byte.  put_in: the reading of capgate_profile_of_put_in().
 *
 * An edit may remove elements of an array, with the right comma: names, or rules that name a
 * call that matters.  It may replace a value of a rule by a number.  And one may insert rules
 * before the others. *ret then is the old reading without what was removed and with what was
 * inserted; without positions and without the list of names.  Returns 0; CAPGATE_EINTERNAL for
 * another edit or other bytes, so that the text must be read as a whole; or CAPGATE_ENOMEM.
 */
int capgate_read_edited_profile(const struct capgate_spec *spec, const struct capgate_edits *edits,
				struct capgate_text text, const struct capgate_seccomp *put_in,
				struct capgate_arena *arena,
				struct capgate_seccomp *ret) CAPGATE_MUST;

#endif
