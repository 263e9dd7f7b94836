/* SPDX-License-Identifier: Apache-2.0 */
/* Kubernetes distributions that include containerd and write its configuration. */
#ifndef DISTRIBUTIONS_H
#define DISTRIBUTIONS_H

#include "wiring.h"

struct distribution {
	enum engine engine;
	const char *file;         /* containerd's configuration, rewritten at each start */
	const char *templates[2]; /* the administrator's templates of file, the newest first */
	const char *dropins;      /* a directory that is merged; NULL: only if file imports one */
	const char *new_dropins;  /* that directory before the first start */
	const char *own[4];       /* directories of its programs, searched before PATH */
	const char *restart;      /* the command that makes it read its files again */
};

/* NULL if the engine is no distribution. */
const struct distribution *distribution_of(enum engine e);

#endif
