/* SPDX-License-Identifier: Apache-2.0 */
/* Judging a rewritten specification. */
#ifndef CAPGATE_AGAIN_H
#define CAPGATE_AGAIN_H

#include "capgate.h"

/*
 * Reads the text that the edits make of spec's, as capgate_spec_parse() would, if they
 * change only the sets, no_new_privs, sysctls and rules of the seccomp profile.  The places
 * of edited values mean nothing; the others are those of the old text, into which *ret
 * points.  0; or CAPGATE_EINTERNAL: it has to be read whole; or CAPGATE_ENOMEM.
 */
int capgate_read_edited(const struct capgate_spec *spec, const struct capgate_edits *edits,
			struct capgate_text text, struct capgate_arena *arena,
			struct capgate_spec *ret) CAPGATE_MUST;

/*
 * Judge the text that came of spec's by the edits: *ret has the verdict and the sets
 * that capgate_assess() finds.  Its findings are for a verdict that is not PASS, and
 * their places mean nothing.
 */
void capgate_assess_again(const struct capgate_spec *spec, const struct capgate_edits *edits,
			  struct capgate_text text, const struct capgate_policy *policy,
			  struct capgate_arena *arena, struct capgate_report *ret);

#endif
