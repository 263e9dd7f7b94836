/* SPDX-License-Identifier: Apache-2.0 */
/* Distributions of Kubernetes that bring a containerd, and write its configuration. */
#ifndef DISTRIBUTIONS_H
#define DISTRIBUTIONS_H

#include "wiring.h"

struct distribution {
	enum engine engine;
	const char *file;         /* what its containerd reads; it is written anew at each start */
	const char *templates[2]; /* of that file, an administrator's; the newer one first */
	const char *dropins;      /* a directory that it merges; NULL: as far as file imports one */
	const char *new_dropins;  /* where it would, when it has not been started yet */
	const char *own[4];       /* where its programs lie, before PATH */
	const char *restart;      /* what makes it read its files again */
};

/* NULL: that engine is no distribution. */
const struct distribution *distribution_of(enum engine e);

#endif
