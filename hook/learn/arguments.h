/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the command line of an engine that runs a container: "podman --root D run --rm -p
 * 8080:80 nginx", "docker compose -f F run web".  Pure. */
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
	bool rootfs;                 /* .image names a directory */
	/* The options of "run" that "create" also takes, without those about capabilities. */
	const char *option[ARGUMENTS_MAX];
	size_t n_options;
	const char *const *image; /* the image or the service, and the command in it */
	size_t n_image;
	capgate_set add, drop; /* as the command line asks */
	bool add_all, drop_all;
	struct effects effects;
};

/* Adds "NET_RAW,kill" to *set, or sets *all for "all".  CAPGATE_EINVALID if there is no such
 * capability. */
int arguments_caps(const char *words, capgate_set *set, bool *all,
		   struct capgate_error *err) CAPGATE_MUST;

/* Fails with CAPGATE_EINVALID and the reason why a privileged container is refused. */
int arguments_privileged(struct capgate_error *err);

/* argv ends with NULL; *ret points into it.  CAPGATE_EINVALID if it is not understood; then err
 * has a message for the user. */
int arguments_parse(const char *const *argv, struct arguments *ret,
		    struct capgate_error *err) CAPGATE_MUST;

#endif
