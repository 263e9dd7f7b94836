/* SPDX-License-Identifier: Apache-2.0 */
/* The result of learning, as a table and as JSON. */
#ifndef LEARN_FINDINGS_H
#define LEARN_FINDINGS_H

#include "hook/term/term.h"
#include "study.h"

struct findings {
	const struct study *study;
	const char *name; /* of the bundle or image */
	bool is_image;
	int64_t now;         /* seconds since 1970; exemptions expire a year later */
	capgate_set allowed; /* by the policy */
	struct style style;
};

void findings_table(const struct findings *report, struct capgate_out *out);
void findings_json(const struct findings *report, struct capgate_out *out);

#endif
