/* SPDX-License-Identifier: Apache-2.0 */
/* What containers.conf and crio.conf say about hooks and runtimes. */
#ifndef CONTAINERSCONF_H
#define CONTAINERSCONF_H

#include "capgate.h"
#include "wiring.h"

#define CONF_DIRS 16
#define CONF_PATH 512
#define CONF_FILES 96
#define CONF_RUNTIMES 32
#define CONF_PROGRAMS 16
/* Where root's own files are, and the version of podman that reads all of them last. */
#define CONF_USERS "/root/.config/"
#define CONF_PODMAN_USERS_LAST 5

/* One runtime, as the last file that speaks of it says it: both engines let a later
 * file take the place of all that was said of a runtime before. */
struct conf_runtime {
	char name[64];
	char file[CONF_PATH]; /* "": the engine has it of itself */
	char path[CONF_PROGRAMS][CONF_PATH];
	size_t n_paths;
	/* CRI-O alone: */
	bool foreign;  /* runtime_type "vm" or an unknown one: a shim of its own */
	bool inherits; /* inherit_default_runtime: it runs what the default runs */
	bool platform; /* platform_runtime_paths: other programs for other processors */
	bool closed;   /* not written with [headers], so that it cannot be copied */
	struct capgate_text table[4]; /* its tables, as written in the file */
	size_t n_tables;
	struct capgate_span path_at; /* of runtime_path's value, in the first of them */
};

/* What an engine's own configuration says about hooks and runtimes. */
struct engine_conf {
	char dir[CONF_DIRS][CONF_PATH];
	char dir_source[CONF_PATH]; /* the file that says so; "": built in */
	size_t n_dirs;
	char runtime[CONF_PATH]; /* the default runtime's name; "": not said */
	char runtime_source[CONF_PATH];
	struct conf_runtime v[CONF_RUNTIMES]; /* of the files, then the engine's own */
	size_t n_runtimes;
	bool more;                  /* files or runtimes than fit */
	bool users_last;            /* root's own files are read after all others */
	char graph_root[CONF_PATH]; /* CRI-O's "root"; "": not said */
	char broken[CONF_PATH];     /* a file that cannot be read; "": none */
	char broken_why[256];
};

/*
 * The order of the files is that of the engine's version: podman is asked for its own.
 * without: the last component of a file that is passed over, NULL for none.  What it
 * cannot read is in ret->broken; texts live in *ret and in the arena.
 */
void engine_conf_read(struct capgate_arena *arena, enum engine e, const char *without,
		      struct engine_conf *ret);
const struct conf_runtime *engine_conf_runtime(const struct engine_conf *conf, const char *name);
/* Is that file read after our drop-in, so that it has the last word? */
bool engine_conf_is_last(const struct engine_conf *conf, const char *file);
/* The name of the runtime that runs if a container asks for none. */
const char *engine_conf_default(const struct engine_conf *conf);

/* Which files, in order; podman's major version (0: not known). */
struct conf_files {
	char path[CONF_FILES][CONF_PATH];
	size_t n;
	bool more;
};

void conf_files_find(enum engine e, int podman_major, struct conf_files *ret);
/* The installed podman's major version; 0: there is none, or it does not say. */
int conf_podman_major(void);

#endif
