/* SPDX-License-Identifier: Apache-2.0 */
/* The last lines that a container printed, and its engine's error message, from the log files
 * of podman and Docker, and from those that the kubelet links to. */
#ifndef LASTWORDS_H
#define LASTWORDS_H

#include <limits.h>

#include "capgate.h"

/* One line as the container printed it, without the log's own fields.  It is valid until visit
 * returns. */
typedef void lastwords_visit(void *user, struct capgate_text words);

/* Visits the lines of a log, or of a part of one. */
void lastwords_in(struct capgate_text text, lastwords_visit *visit, void *user);

/*
 * Visits the lines at the end of the i-th file that may belong to the container.  Sets path to
 * the file's name, or to "" if the file does not exist.  bundle is "" if unknown.  False if
 * there are no more files.  Opens only regular files, and follows only the kubelet's links.
 */
bool lastwords_at(struct capgate_text id, const char *bundle, size_t i, lastwords_visit *visit,
		  void *user, char path[PATH_MAX]);

#endif
