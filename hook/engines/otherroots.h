/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The places of Docker's state according to its own files, if they are not the usual places
 * of roots.h. daemon.json is read only if nobody but root, or the user who runs this, can
 * have written it.  Its text stays in memory, because a hook can no longer unmap, and ends
 * soon.  Hooks do not read the TOML files of other engines; doctor reports their settings.
 */
#ifndef OTHERROOTS_H
#define OTHERROOTS_H

#include <limits.h>

#include "capgate.h"

/* daemon.json: root's, that below another root (place_enter()), or that of the user who
 * runs this, for a rootless dockerd; root's when the environment names no home. */
const char *other_root_daemon_json(void);

/* Is that the user's own? */
bool other_root_is_users(void);
/* Where units of systemd for that dockerd are written. */
const char *other_root_units(void);

/* The i-th place where Docker may keep its containers; "": skip this one.  False: there are
 * no more. */
bool other_root_docker(size_t i, char ret[PATH_MAX]);
/* The graph root of podman that the user who runs this has; "": root has no other one. */
void other_root_graph(char ret[PATH_MAX]);

#endif
