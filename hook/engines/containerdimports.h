/* SPDX-License-Identifier: Apache-2.0 */
/* The files that containerd's config.toml imports. */
#ifndef CONTAINERDIMPORTS_H
#define CONTAINERDIMPORTS_H

#include <glob.h>

#include "containerdtoml.h"

/*
 * Those that are there, in the order in which containerd lays them over the file
 * that names them; patterns that are not absolute are below its directory.  The
 * caller frees *ret with globfree().
 */
void containerd_imports(const struct containerdtoml *c, glob_t *ret);

#endif
