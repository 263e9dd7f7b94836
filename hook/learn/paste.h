/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the learned set as options and configuration for engines. */
#ifndef LEARN_PASTE_H
#define LEARN_PASTE_H

#include "capgate.h"

struct paste {
	capgate_set keep;
	capgate_set by_sysctl; /* those of keep that a sysctl replaces */
	capgate_set beyond;    /* those of keep that the policy does not allow */
	const char *name;      /* of the bundle or image */
	bool is_image;
	int64_t now; /* seconds since 1970 */
};

/* The forms.  Each has a key for JSON and a title for the table. */
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
/* Writes the lines of a form, or nothing if the form does not apply. */
void paste_write(const struct paste *paste, enum paste_form form, struct capgate_out *out);

#endif
