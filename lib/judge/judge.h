/* SPDX-License-Identifier: Apache-2.0 */
/* Judges many specifications. */
#ifndef CAPGATE_LIB_JUDGE_H
#define CAPGATE_LIB_JUDGE_H

#include "lib/spec/spec.h"

/*
 * Like capgate_assess(), with n profiles that were read before.  Returns the index of the one
 * that the text has, or n. *spec points into known, too.
 */
size_t capgate_assess_known(struct capgate_text text, enum capgate_kind kind,
			    const struct capgate_known_profile *known, size_t n,
			    const struct capgate_policy *policy, struct capgate_arena *arena,
			    struct capgate_spec *spec, struct capgate_report *ret);

#endif
