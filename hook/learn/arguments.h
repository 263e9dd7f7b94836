/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of an engine that runs a container, taken apart:
 * "podman --root D run --rm -p 8080:80 nginx", "docker compose -f F run web".  Pure. */
#ifndef LEARN_ARGUMENTS_H
#define LEARN_ARGUMENTS_H

#include "effects.h"

#define ARGUMENTS_MAX 256
#define ARGUMENTS_GLOBALS 24

struct arguments {
	const char *engine;                /* argv[0] */
	const char *global[ARGUMENTS_MAX]; /* options before "run" */
	size_t n_global;
	bool compose; /* "docker compose run": .image is the service and its command */
	const char *compose_global[ARGUMENTS_MAX]; /* options between "compose" and "run" */
	size_t n_compose_global;
	bool no_deps, service_ports; /* options of "compose run" */
	/* Options of "run" that "create" takes, too, but those about capabilities. */
	const char *option[ARGUMENTS_MAX];
	size_t n_options;
	const char *const *image; /* it, or the service, and the command in it */
	size_t n_image;
	capgate_set add, drop; /* as they were asked for */
	bool add_all, drop_all;
	struct effects effects;
};

/* "NET_RAW,kill", "all": added to *set and *all.  CAPGATE_EINVALID: no such capability. */
int arguments_caps(const char *words, capgate_set *set, bool *all,
		   struct capgate_error *err) CAPGATE_MUST;

/* Why a privileged container is refused: CAPGATE_EINVALID. */
int arguments_privileged(struct capgate_error *err);

/* argv ends with NULL; *ret points into it.  CAPGATE_EINVALID: it is not understood, in
 * words for people. */
int arguments_parse(const char *const *argv, struct arguments *ret,
		    struct capgate_error *err) CAPGATE_MUST;

#endif
