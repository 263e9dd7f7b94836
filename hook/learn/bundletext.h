/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a bundle's config.json for learning, and writes the one for each run. */
#ifndef LEARN_BUNDLETEXT_H
#define LEARN_BUNDLETEXT_H

#include <limits.h>

#include "hook/gate/gate.h"
#include "effects.h"

struct bundle_facts {
	capgate_set start[CAPGATE_NSETS]; /* of the full run */
	capgate_set withheld;             /* requested, but forbidden by the policy */
	char root[PATH_MAX];              /* root.path as in the file */
	bool root_readonly;
	bool own_network; /* it has its own network namespace, so sysctls may be set there */
	struct effects effects;
	struct capgate_error error; /* code 0: none */
};

struct bundle_text {
	struct capgate_text text;
	struct capgate_policy *policy; /* with the scene */
	bool beyond;                   /* also give what the policy forbids */
	/* For each run: */
	capgate_set keep, by_sysctl; /* as in subject.h */
	const char *id, *root;       /* of the container; its root directory */
};

/* Both functions parse in a confined process. */
int bundle_text_facts(struct bundle_text *bundle, struct bundle_facts *ret,
		      struct capgate_error *err) CAPGATE_MUST;
/* The specification for a run, malloc'd: the sets without what is not in .keep, and .root and
 * .id. */
int bundle_text_for_run(struct bundle_text *bundle, struct capgate_text *ret,
			struct capgate_error *err) CAPGATE_MUST;

#endif
