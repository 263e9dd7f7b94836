/* SPDX-License-Identifier: Apache-2.0 */
/* The checkpoint that restore starts from. */
#ifndef RUNTIME_IMAGES_H
#define RUNTIME_IMAGES_H

#include <limits.h>

#include "capgate.h"
#include "argv.h"

struct runtime_images {
	char path[PATH_MAX];	/* absolute; to be handed on as --image-path */
	struct capgate_text *v; /* the core images, one a thread */
	size_t n;
};

/*
 * All core images below --image-path, which is relative to the working directory;
 * without it, below "checkpoint" where the runtime looks for that: the working
 * directory (runc) or the bundle (crun).  None at all is an error.
 */
int runtime_read_images(const struct runtime_call *call, const char *bundle,
			struct runtime_images *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
