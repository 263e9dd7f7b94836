/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directories where Docker and podman keep containers if their settings name others than
 * the usual ones (roots.h).  daemon.json is read only if root, or the user who runs this, owns
 * it and nobody else can write it.  Its text is never freed: a confined hook cannot unmap
 * memory, and it ends soon.  Hooks do not read the TOML files of other engines; doctor
 * reports their settings.
 */
#ifndef OTHERROOTS_H
#define OTHERROOTS_H

#include <limits.h>

#include "capgate.h"

/* The path of daemon.json: root's file (below another root after place_enter()), or for a
 * rootless dockerd the file of the user who runs this.  root's if $HOME is not set. */
const char *other_root_daemon_json(void);

/* Is this the user's own file? */
bool other_root_is_users(void);
/* The directory of systemd's units for this dockerd. */
const char *other_root_units(void);

/* The i-th directory where Docker may keep its containers; "": skip it.  False if there are no
 * more. */
bool other_root_docker(size_t i, char ret[PATH_MAX]);
/* podman's graph root of the user who runs this; "" for root. */
void other_root_graph(char ret[PATH_MAX]);
/* Their storage.conf; "" for root. */
void other_root_storage_conf(char ret[PATH_MAX]);

#endif
