/* SPDX-License-Identifier: Apache-2.0 */
/* The hooks and runtimes in containers.conf and crio.conf. */
#ifndef CONTAINERSCONF_H
#define CONTAINERSCONF_H

#include "capgate.h"
#include "wiring.h"

#define CONF_DIRS 32
#define CONF_PATH 512
#define CONF_FILES 96
#define CONF_RUNTIMES 32
#define CONF_PROGRAMS 16
/* Where root's own files are, and the major version of podman that reads them last. */
#define CONF_USERS "/root/.config/"
#define CONF_PODMAN_USERS_LAST 5

/* One runtime, from the last file that mentions it.  In both engines a later file replaces
 * everything that earlier files say about a runtime. */
struct conf_runtime {
	char name[64];
	char file[CONF_PATH]; /* "" if the runtime is built into the engine */
	char path[CONF_PROGRAMS][CONF_PATH];
	size_t n_paths;
	/* CRI-O alone: */
	bool foreign;  /* runtime_type "vm" or an unknown one, with its own shim */
	bool inherits; /* inherit_default_runtime: runs the same program as the default */
	bool platform; /* platform_runtime_paths: other programs for other platforms */
	bool closed;   /* not written with [headers], so that it cannot be copied */
	struct capgate_text table[4]; /* its tables, as written in the file */
	size_t n_tables;
	struct capgate_span path_at; /* of runtime_path's value, in the first table */
};

/* The hooks and runtimes in the configuration of one engine. */
struct engine_conf {
	char dir[CONF_DIRS][CONF_PATH];
	char dir_source[CONF_PATH]; /* the file that names them; "": built in */
	size_t n_dirs;
	/* The same as if none of these files were capgate's. */
	char hosts_dir[CONF_DIRS][CONF_PATH];
	char hosts_source[CONF_PATH];
	size_t n_hosts_dirs;
	char runtime[CONF_PATH]; /* the default runtime's name; "" if no file sets it */
	char runtime_source[CONF_PATH];
	struct conf_runtime v[CONF_RUNTIMES]; /* from the files, then the built-in ones */
	size_t n_runtimes;
	bool more;                  /* there are more files, runtimes or directories than fit */
	bool users_last;            /* root's own files are read after all others */
	char graph_root[CONF_PATH]; /* CRI-O's "root"; "" if no file sets it */
	char broken[CONF_PATH];     /* a file that cannot be read; "" if all can */
	char broken_why[256];
};

/*
 * Reads an engine's files in the order that its version uses; podman is asked for its version.
 * without: the file name of a file to skip, or NULL.  A file that cannot be read is named in
 * ret->broken.  The texts live in *ret and in the arena.
 */
void engine_conf_read(struct capgate_arena *arena, enum engine e, const char *without,
		      struct engine_conf *ret);
const struct conf_runtime *engine_conf_runtime(const struct engine_conf *conf, const char *name);
/* Does the list of directories have this one? */
bool engine_conf_has_dir(const char (*list)[CONF_PATH], size_t n, const char *dir);
/* Is this file read after our drop-in, so that it can override it? */
bool engine_conf_is_last(const struct engine_conf *conf, const char *file);
/* The name of the runtime that is used if a container asks for none. */
const char *engine_conf_default(const struct engine_conf *conf);

/* The files that an engine reads, in order. */
struct conf_files {
	char path[CONF_FILES][CONF_PATH];
	size_t n;
	bool more;
};

/* podman_major: podman's major version, or 0 if it is unknown. */
void conf_files_find(enum engine e, int podman_major, struct conf_files *ret);
/* The installed podman's major version.  0 if podman is not installed or does not print it. */
int conf_podman_major(void);

#endif
