/* SPDX-License-Identifier: Apache-2.0 */
/* The learned set in the words of those who run containers. */
#ifndef LEARN_PASTE_H
#define LEARN_PASTE_H

#include "capgate.h"

struct paste {
	capgate_set keep;
	capgate_set by_sysctl; /* of it: a sysctl does in its place */
	capgate_set beyond;    /* of it: what the policy does not allow */
	const char *name;      /* of the bundle or image */
	bool is_image;
	int64_t now; /* seconds since 1970 */
};

/* What can be pasted: each has a key for programs and a title for people. */
enum paste_form {
	PASTE_RUN,
	PASTE_SERVICE,
	PASTE_COMPOSE,
	PASTE_KUBERNETES,
	PASTE_QUADLET,
	PASTE_SYSCTLS,
	PASTE_EXEMPTION,
	NPASTES
};

const char *paste_key(enum paste_form form);
const char *paste_title(enum paste_form form);
/* Lines; nothing is written when there is nothing to paste. */
void paste_write(const struct paste *paste, enum paste_form form, struct capgate_out *out);

#endif
