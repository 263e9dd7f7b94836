/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of configure for containerd share: its files, its handlers, and
 * the edits of the former. */
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
	const char *main;		/* with links followed */
	struct containerd_files *files; /* without those that we wrote whole */
	char path[1024];		/* where its shims look for programs */
};

struct handlers {
	char name[CONTAINERD_HANDLERS][CONTAINERD_NAME];
	char program[CONTAINERD_HANDLERS][WRAPS_PATH]; /* that is to be named */
	bool absent[CONTAINERD_HANDLERS];	       /* no file speaks of it */
	size_t n;
};

/* The name of the CRI plugin in a file of that version. */
const char *containerd_plugin_of(int version);
/* k3s's own template, whose tables cannot be said twice. */
bool containerd_from_base(struct capgate_text text);

/* Steps that let the file at that place name the handlers' programs. */
int containerd_edit(const struct job *job, size_t at, const struct handlers *h,
		    struct capgate_error *err) CAPGATE_MUST;
/* Steps that take it back; *f is changed. */
int containerd_unedit(const struct job *job, struct containerd_file *f,
		      struct capgate_error *err) CAPGATE_MUST;

/* The program (empty: runc) of a handler before we edited the file that names it now;
 * false: not known.  *ret is valid until the next call. */
bool containerd_before(const struct job *job, const char *name, struct capgate_text *ret);

#endif
