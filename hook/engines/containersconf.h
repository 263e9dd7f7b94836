/* SPDX-License-Identifier: Apache-2.0 */
/* What containers.conf and crio.conf say about hooks and runtimes. */
#ifndef CONTAINERSCONF_H
#define CONTAINERSCONF_H

#include "capgate.h"
#include "wiring.h"

#define CONF_DIRS 16
#define CONF_PATH 512

/* What an engine's own configuration says about hooks and runtimes. */
struct engine_conf {
	char dir[CONF_DIRS][CONF_PATH];
	char dir_source[CONF_PATH]; /* the file that says so; "": built in */
	size_t n_dirs;
	char runtime[CONF_PATH];	/* the default runtime's name; "": not said */
	char runtime_path[CONF_PATH]; /* of the runtime called capgate */
	char runtime_source[CONF_PATH];
	char broken[CONF_PATH];	/* a file that cannot be read; "": none */
	char broken_why[256];
};

/* What it cannot read is in ret->broken; texts live in *ret. */
void engine_conf_read(struct capgate_arena *arena, enum engine e, struct engine_conf *ret);

#endif
