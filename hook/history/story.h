/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a decision for the user, in words or as JSON. */
#ifndef STORY_H
#define STORY_H

#include "said.h"

struct story {
	const struct logged *entry;
	const char *bundle;          /* "" if unknown */
	struct capgate_text message; /* the message that the user passed; p NULL: none */
	struct said said;
	bool has_said;
	bool json;
	bool unprinted; /* it could not be printed */
};

/* For outbuf_print(); user is a struct story. */
void story_fill(void *user, struct capgate_out *out);

#endif
