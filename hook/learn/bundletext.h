/* SPDX-License-Identifier: Apache-2.0 */
/* config.json of a bundle: what matters to learning, and the text for each run. */
#ifndef LEARN_BUNDLETEXT_H
#define LEARN_BUNDLETEXT_H

#include <limits.h>

#include "hook/gate/gate.h"
#include "effects.h"

struct bundle_facts {
	capgate_set start[CAPGATE_NSETS]; /* with which the full run starts */
	capgate_set withheld;             /* asked for, and forbidden by the policy */
	char root[PATH_MAX];              /* root.path, as it stands there */
	bool root_readonly;
	bool own_network; /* sysctls of the network are its own */
	struct effects effects;
	struct capgate_error error; /* code 0: none */
};

struct bundle_text {
	struct capgate_text text;
	struct capgate_policy *policy; /* its scene filled in */
	bool beyond;                   /* give what the policy forbids */
	/* For each run: */
	capgate_set keep, by_sysctl; /* as in subject.h */
	const char *id, *root;       /* of the container; its root directory */
};

/* In a confined process each. */
int bundle_text_facts(struct bundle_text *bundle, struct bundle_facts *ret,
		      struct capgate_error *err) CAPGATE_MUST;
/* The text, malloc'd, with those of the sets that are in .keep, .root and .id. */
int bundle_text_for_run(struct bundle_text *bundle, struct capgate_text *ret,
			struct capgate_error *err) CAPGATE_MUST;

#endif
