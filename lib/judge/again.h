/* SPDX-License-Identifier: Apache-2.0 */
/* Judging what was rewritten. */
#ifndef CAPGATE_AGAIN_H
#define CAPGATE_AGAIN_H

#include "capgate.h"

/*
 * Judge the text that came of spec's by the edits: *ret has the verdict and the sets
 * that capgate_assess() finds.  Its findings are for a verdict that is not PASS, and
 * their places mean nothing.
 */
void capgate_assess_again(const struct capgate_spec *spec, const struct capgate_edits *edits,
			  struct capgate_text text, const struct capgate_policy *policy,
			  struct capgate_arena *arena, struct capgate_report *ret);

#endif
