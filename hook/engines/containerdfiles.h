/* SPDX-License-Identifier: Apache-2.0 */
/* containerd's configuration as a whole: a file, and those that it imports. */
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
	char why[256]; /* it cannot be understood; "": it can */
};

/* In the order in which containerd lays them over each other, main first. */
struct containerd_files {
	struct containerd_file v[CONTAINERD_FILES];
	size_t n;
	bool more; /* than fit */
};

/*
 * Reads main and all that is imported, once each.  A file whose name ends in
 * ".tmpl" is a template of k3s: its actions are passed over.  Fails for want of
 * memory only; a file that cannot be read or understood says why.
 */
int containerd_files_read(const char *main, struct containerd_files *ret,
			  struct capgate_error *err) CAPGATE_MUST;
/* One more, as if it had been imported last. */
int containerd_files_add(struct containerd_files *files, const char *path,
			 struct capgate_error *err) CAPGATE_MUST;
/* The *.toml of a directory, in the order of their names. */
int containerd_files_add_directory(struct containerd_files *files, const char *dir,
				   struct capgate_error *err) CAPGATE_MUST;

/*
 * A handler as all files together define it. containerd 2 merges the files; in containerd 1
 * the last file that has the plugin replaces the others, so a caller that must be sure
 * checks each file.
 */
struct containerd_view {
	struct capgate_text type;   /* as said last; of "runc", its built-in one */
	struct capgate_text binary; /* as said last; empty: runc from PATH */
	bool has_type, has_path, has_binary, old;
	size_t last; /* the last file that speaks of it */
};

/* Not there in any file: false. */
bool containerd_view_of(const struct containerd_files *files, const char *name,
			struct containerd_view *ret);

/* containerd 1 uses only the last file that mentions the plugin: that one. */
size_t containerd_last(const struct containerd_files *files);
/* It is an import that speaks of no handler: containerd 1 then has runc of itself,
 * whatever config.toml says. */
bool containerd_hidden(const struct containerd_files *files);

/* The directory whose *.toml files main imports, where a drop-in of ours is merged:
 * containerd 2 and a version above 2; false: there is none. */
bool containerd_dropins(const struct containerd_files *files, char *dir, size_t size);

#endif
