/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a record, as a table and as JSON. */
#ifndef LEARN_USED_H
#define LEARN_USED_H

#include "hook/lessons/lessons.h"
#include "hook/term/term.h"

struct used_report {
	struct lesson sums; /* of all runs */
	size_t running;     /* how many have not ended */
	struct style style;
};

/* Adds up the runs of a lesson. */
void used_make(const struct lesson *lesson, struct style style, struct used_report *ret);
void used_table(const struct used_report *report, struct capgate_out *out);
/* Prints one JSON object, without a newline. */
void used_json(const struct used_report *report, struct capgate_out *out);

/* Prints a proof.  Its JSON is the stored text itself. */
void used_proof_table(const struct lesson_proof *proof, struct style style,
		      struct capgate_out *out);

#endif
