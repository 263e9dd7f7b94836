/* SPDX-License-Identifier: Apache-2.0 */
/* The last lines that a container wrote, and its engine's error message, from the files of
 * podman and Docker, and from those that the kubelet links to. */
#ifndef LASTWORDS_H
#define LASTWORDS_H

#include <limits.h>

#include "capgate.h"

/* One line that was said, without what a log has around it; it lives until visit returns. */
typedef void lastwords_visit(void *user, struct capgate_text words);

/* The lines of a text that is a log or a part of one. */
void lastwords_in(struct capgate_text text, lastwords_visit *visit, void *user);

/*
 * The lines at the end of the i-th file that may be of that container. path becomes its
 * name, or empty if there is none. bundle: "" if it is not known.  False: there are no
 * more.  Opens only regular files, and follows only the kubelet's links.
 */
bool lastwords_at(struct capgate_text id, const char *bundle, size_t i, lastwords_visit *visit,
		  void *user, char path[PATH_MAX]);

#endif
