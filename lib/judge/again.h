/* SPDX-License-Identifier: Apache-2.0 */
/* Judging a rewritten specification. */
#ifndef CAPGATE_AGAIN_H
#define CAPGATE_AGAIN_H

#include "capgate.h"

/*
 * Applies the edits to spec's text and reads the result as capgate_spec_parse() would, if they
 * change only the sets, no_new_privs, sysctls and rules of the seccomp profile.  The positions
 * of edited values are meaningless; the others are positions in the old text, into which *ret
 * points.  Returns 0; CAPGATE_EINTERNAL if the new text must be read as a whole; or
 * CAPGATE_ENOMEM.
 */
int capgate_read_edited(const struct capgate_spec *spec, const struct capgate_edits *edits,
			struct capgate_text text, struct capgate_arena *arena,
			struct capgate_spec *ret) CAPGATE_MUST;

/*
 * Judges the text that results from the edits: *ret has the verdict and the sets that
 * capgate_assess() finds.  The findings are complete only if the verdict is not PASS, and their
 * positions are meaningless.
 */
void capgate_assess_again(const struct capgate_spec *spec, const struct capgate_edits *edits,
			  struct capgate_text text, const struct capgate_policy *policy,
			  struct capgate_arena *arena, struct capgate_report *ret);

#endif
