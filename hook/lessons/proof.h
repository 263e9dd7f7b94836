/* SPDX-License-Identifier: Apache-2.0 */
/* A result of capgate learn, as `capgate learn --format json` prints it. */
#ifndef LESSONS_PROOF_H
#define LESSONS_PROOF_H

#include "capgate.h"

struct lesson_proof {
	struct capgate_text name; /* of a bundle or an image; a view into the text or the arena */
	bool is_image;
	bool finished; /* all runs were made */
	capgate_set needed;
};

/* Parses a result.  Fails with CAPGATE_EINVALID and others, with the place; *ret is written only
 * on success. */
int lesson_proof_parse(struct capgate_text text, struct capgate_arena *arena,
		       struct lesson_proof *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
