/* SPDX-License-Identifier: Apache-2.0 */
/* containerd's whole configuration: its main file and the files that this imports. */
#ifndef CONTAINERDFILES_H
#define CONTAINERDFILES_H

#include <limits.h>

#include "containerdtoml.h"

#define CONTAINERD_FILES 24

struct containerd_file {
	char path[PATH_MAX];
	struct capgate_text text;
	struct containerdtoml c;
	bool missing;
	char why[256]; /* why it cannot be used; "" if it can */
};

/* In the order in which containerd merges them, the main file first. */
struct containerd_files {
	struct containerd_file v[CONTAINERD_FILES];
	size_t n;
	bool more; /* than fit */
};

/*
 * Reads the main file and every imported file, each once.  A file whose name ends in ".tmpl"
 * is a template of k3s; its actions are skipped.  Fails only if there is no memory.  If a
 * file cannot be read or parsed, its member why says so.
 */
int containerd_files_read(const char *main, struct containerd_files *ret,
			  struct capgate_error *err) CAPGATE_MUST;
/* Adds a file as if it were the last import. */
int containerd_files_add(struct containerd_files *files, const char *path,
			 struct capgate_error *err) CAPGATE_MUST;
/* Adds the *.toml files of a directory, sorted by name. */
int containerd_files_add_directory(struct containerd_files *files, const char *dir,
				   struct capgate_error *err) CAPGATE_MUST;

/*
 * A handler as all files together define it. containerd 2 merges the files; in containerd 1
 * the last file that has the plugin replaces the others, so a caller that must be sure
 * checks each file.
 */
struct containerd_view {
	struct capgate_text type;   /* the last value; for "runc" the built-in one by default */
	struct capgate_text binary; /* the last value; empty: runc from PATH */
	struct capgate_text path;   /* a runtime_path of any file; empty: none */
	bool has_type, has_binary, old;
	size_t last; /* the last file that mentions it */
};

/* False if no file defines the handler. */
bool containerd_view_of(const struct containerd_files *files, const char *name,
			struct containerd_view *ret);

/* The last file that mentions the plugin.  containerd 1 uses only this one. */
size_t containerd_last(const struct containerd_files *files);
/* Is that file an import that defines no handler?  Then containerd 1 uses its built-in runc,
 * whatever config.toml says. */
bool containerd_hidden(const struct containerd_files *files);

/* The directory whose *.toml files the main file imports and containerd merges, so that our
 * drop-in works there.  This needs containerd 2 and a file of version 3 or newer.  False if
 * there is no such directory. */
bool containerd_dropins(const struct containerd_files *files, char *dir, size_t size);

#endif
