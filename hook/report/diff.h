/* SPDX-License-Identifier: Apache-2.0 */
/* What a rewrite changes, as a unified diff that patch(1) takes. */
#ifndef DIFF_H
#define DIFF_H

#include "capgate.h"

/* Writes nothing if the texts are equal. */
void diff_unified(struct capgate_text old, struct capgate_text new,
		  const struct capgate_edits *edits, struct capgate_text name,
		  struct capgate_out *out);

#endif
