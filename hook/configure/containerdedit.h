/* SPDX-License-Identifier: Apache-2.0 */
/* How configure edits the files of containerd so that they name other programs for its
 * handlers, and how it undoes that. */
#ifndef CONTAINERDEDIT_H
#define CONTAINERDEDIT_H

#include "hook/engines/engines.h"
#include "configure.h"
#include "wraps.h"

#define RUNC_TYPE "io.containerd.runc.v2"

struct job {
	struct plan *plan;
	struct wraps *wraps;
	const struct containerd_site *site;
	const char *main;		/* its first file; symbolic links are resolved */
	struct containerd_files *files; /* without the files that configure wrote itself */
	char path[1024];		/* PATH of its shims */
};

struct handlers {
	char name[CONTAINERD_HANDLERS][CONTAINERD_NAME];
	char program[CONTAINERD_HANDLERS][WRAPS_PATH]; /* that the files will name */
	bool absent[CONTAINERD_HANDLERS];	       /* no file mentions it */
	size_t n;
};

/* The name of the CRI plugin in a file of this version. */
const char *containerd_plugin_of(int version);
/* Does the text include k3s's own template?  Then its tables must not be repeated. */
bool containerd_from_base(struct capgate_text text);

/* Adds steps that make file number at of job->files name the programs of these handlers. */
int containerd_edit(const struct job *job, size_t at, const struct handlers *h,
		    struct capgate_error *err) CAPGATE_MUST;
/* Adds steps that undo this.  Changes *f. */
int containerd_unedit(const struct job *job, struct containerd_file *f,
		      struct capgate_error *err) CAPGATE_MUST;

/* The program that a handler had before configure edited the file; empty: runc.  Returns
 * false if it is not known.  *ret is valid until the next call. */
bool containerd_before(const struct job *job, const char *name, struct capgate_text *ret);

#endif
