/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of an engine that runs a container, taken apart:
 * "podman --root D run --rm -p 8080:80 nginx".  Pure. */
#ifndef LEARN_ARGUMENTS_H
#define LEARN_ARGUMENTS_H

#include "capgate.h"

#define ARGUMENTS_MAX 256
#define ARGUMENTS_GLOBALS 24
#define ARGUMENTS_EFFECTS 16

struct arguments {
	const char *engine;                /* argv[0] */
	const char *global[ARGUMENTS_MAX]; /* options before "run" */
	size_t n_global;
	/* Options of "run" that "create" takes, too, but those about capabilities. */
	const char *option[ARGUMENTS_MAX];
	size_t n_options;
	const char *const *image; /* it, and the command in it */
	size_t n_image;
	capgate_set add, drop; /* as they were asked for */
	bool add_all, drop_all;
	/* What each run does outside the container. */
	char effect[ARGUMENTS_EFFECTS][256];
	size_t n_effects;
	bool more_effects;
};

/* argv ends with NULL; *ret points into it.  CAPGATE_EINVALID: it is not understood, in
 * words for people. */
int arguments_parse(const char *const *argv, struct arguments *ret,
		    struct capgate_error *err) CAPGATE_MUST;

#endif
