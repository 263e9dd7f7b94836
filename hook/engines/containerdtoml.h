/* SPDX-License-Identifier: Apache-2.0 */
/* The runtimes of containerd's CRI plugin in one of its configuration files. */
#ifndef CONTAINERDTOML_H
#define CONTAINERDTOML_H

#include "capgate.h"

#define CONTAINERD_IMPORTS 16
#define CONTAINERD_HANDLERS 48
#define CONTAINERD_NAME 64
/* The newest version of the file that capgate knows, that of containerd 2.3. */
#define CONTAINERD_NEWEST 4

#define CONTAINERD_PLUGIN_2 "io.containerd.grpc.v1.cri"
#define CONTAINERD_PLUGIN_3 "io.containerd.cri.v1.runtime"

/* One runtime handler in this file.  A span of length 0 means that the text is absent. */
struct containerd_handler {
	char name[CONTAINERD_NAME];
	bool old; /* from the old tables default_runtime or untrusted_workload_runtime */
	bool has_type;
	struct capgate_text type; /* runtime_type */
	struct capgate_text path; /* runtime_path: another program than the type's shim */
	struct capgate_span binary_at;
	struct capgate_text binary; /* BinaryName */
	size_t options_end;         /* after the line [...options]; 0 without one */
	struct capgate_span options_line, options_inline; /* this line; options = {...} */
	struct capgate_span inline_at;                    /* handler = {...} */
	struct capgate_span dotted;  /* the text before the last key of "options.X = ..." */
	struct capgate_span sibling; /* the same of "runtime_type = ..." with dotted keys */
	bool has_header;             /* [...handler] */
};

struct containerdtoml {
	int version; /* 0 if the file does not name it */
	bool cri_disabled;
	struct capgate_text imports[CONTAINERD_IMPORTS]; /* patterns, glob(3) */
	size_t n_imports;                                /* more than that: an error */
	bool has_plugin;                                 /* it mentions the plugin */
	const char *plugin; /* the plugin's name in this file; NULL if not mentioned */
	bool has_fallback;
	struct capgate_text fallback; /* default_runtime_name */
	struct capgate_span fallback_at;
	struct containerd_handler handler[CONTAINERD_HANDLERS];
	size_t n_handlers;
	bool closed; /* the tables of runtimes are inline, so no header can be added */
	bool twice;  /* a key is set twice, which TOML forbids: an error */
	bool too_many;
};

/*
 * Reads one file.  containerd accepts a drop-in without a version whatever the version of the
 * main file is, so both names of the plugin count there.  In a file with a version only the
 * name of that version counts.  The texts in *ret are views into text and arena.
 */
int containerdtoml_parse(struct capgate_text text, struct capgate_arena *arena,
			 struct containerdtoml *ret, struct capgate_error *err) CAPGATE_MUST;

/* The handler of that name, or NULL. */
const struct containerd_handler *containerdtoml_find(const struct containerdtoml *c,
						     const char *name);

/* Does a runtime_type mean containerd's own shim for runc, which runs BinaryName? */
bool containerdtoml_is_runc(struct capgate_text type);
/*
 * Does it mean that shim by another name: "runc.v2", or the path of the program?  containerd
 * knows options of runc only for the names above, so the shim then runs the runc in PATH
 * (containerd, "binary naming" of runtime v2).
 */
bool containerdtoml_is_runcs_shim(struct capgate_text type);

#endif
