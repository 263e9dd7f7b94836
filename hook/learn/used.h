/* SPDX-License-Identifier: Apache-2.0 */
/* What was recorded, for people and for programs. */
#ifndef LEARN_USED_H
#define LEARN_USED_H

#include "hook/lessons/lessons.h"
#include "hook/term/term.h"

struct used_report {
	struct lesson sums; /* all runs together */
	size_t running;     /* how many of them go on */
	struct style style;
};

/* Reads lesson's runs together. */
void used_make(const struct lesson *lesson, struct style style, struct used_report *ret);
void used_table(const struct used_report *report, struct capgate_out *out);
/* One object, without a newline. */
void used_json(const struct used_report *report, struct capgate_out *out);

/* The same of a proof, of which the text has the rest. */
void used_proof_table(const struct lesson_proof *proof, struct style style,
		      struct capgate_out *out);

#endif
