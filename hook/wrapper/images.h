/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the checkpoint that restore starts from. */
#ifndef RUNTIME_IMAGES_H
#define RUNTIME_IMAGES_H

#include <limits.h>

#include "capgate.h"
#include "argv.h"

struct runtime_images {
	char path[PATH_MAX];	/* absolute; the runtime gets it as --image-path */
	struct capgate_text *v; /* the core images, one for each thread */
	size_t n;
};

/*
 * Reads all core images below --image-path, which is relative to the working directory.
 * Without it, reads those below "checkpoint" in the working directory (runc) or in the bundle
 * (crun), like the runtime.  If there are none, that is an error.
 */
int runtime_read_images(const struct runtime_call *call, const char *bundle,
			struct runtime_images *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
