/* SPDX-License-Identifier: Apache-2.0 */
/* hooks.d: the hooks that podman and CRI-O run. */
#ifndef HOOKSD_H
#define HOOKSD_H

#include "containersconf.h"

enum { STAGE_PRECREATE = 1, STAGE_PRESTART = 2, STAGE_CREATERUNTIME = 4, STAGE_CREATECONTAINER = 8,
       STAGE_POSTSTART = 16, STAGE_OTHER = 32 };

#define HOOK_ARGS 16

/* One hook: a file in a hooks.d directory. */
struct hook_file {
	char path[CONF_PATH]; /* of the file itself */
	const char *name;	/* its last component */
	char why[256];		/* why it cannot be read; "" if it can */
	char program[CONF_PATH];
	char args[HOOK_ARGS][128];
	size_t n_args;
	unsigned stages;
	bool old; /* schema 0.1.0 */
	unsigned stage_lists, command_lists; /* there: how many members name stages, commands */
	bool always, other_conditions, version_ok, ours, has_env, more_args;
	size_t masked_by; /* index of the last file with this name, which may be this one */
};

#define HOOK_FILES 256

struct hook_list {
	struct hook_file v[HOOK_FILES];
	size_t n;
	bool more; /* there are more than fit */
};

/* Reads the files of conf's directories, in the order in which engines merge them. */
void hook_list_read(struct capgate_arena *arena, const struct engine_conf *conf,
		    struct hook_list *ret);

#endif
