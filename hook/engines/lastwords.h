/* SPDX-License-Identifier: Apache-2.0 */
/* What a container wrote last, and what its engine says of its failure, from the files
 * that engines keep: podman, Docker, and what the kubelet links to. */
#ifndef LASTWORDS_H
#define LASTWORDS_H

#include <limits.h>

#include "capgate.h"

/* One line that was said, without what a log has around it; it lives until visit returns. */
typedef void lastwords_visit(void *user, struct capgate_text words);

/* The lines of a text that is a log or a part of one. */
void lastwords_in(struct capgate_text text, lastwords_visit *visit, void *user);

/*
 * The lines at the end of the i-th file that may be of that container.  path becomes its
 * name, or empty when there is none.  bundle: "" when it is not known.  False: no more.
 * Opens regular files alone, and follows no link but the kubelet's.
 */
bool lastwords_at(struct capgate_text id, const char *bundle, size_t i, lastwords_visit *visit,
		  void *user, char path[PATH_MAX]);

#endif
