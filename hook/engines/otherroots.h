/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where Docker's own files put what it keeps, when that is not one of the usual places of
 * roots.h.  daemon.json is read only when root, or the user who runs this, alone can have
 * written it.  What is read is kept in memory: a hook may unmap nothing any more, and it
 * ends soon.  What other engines say of it in TOML the hooks do not read: doctor tells.
 */
#ifndef OTHERROOTS_H
#define OTHERROOTS_H

#include <limits.h>

#include "capgate.h"

/* daemon.json: root's, that below another root (place_enter()), or that of the user who
 * runs this, for a rootless dockerd; root's when the environment names no home. */
const char *other_root_daemon_json(void);

/* The i-th place where Docker may keep its containers; "": none, but go on.  False: no more. */
bool other_root_docker(size_t i, char ret[PATH_MAX]);
#endif
