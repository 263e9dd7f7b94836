/* SPDX-License-Identifier: Apache-2.0 */
/* What a file of containerd's configuration says about the runtimes of its CRI plugin. */
#ifndef CONTAINERDTOML_H
#define CONTAINERDTOML_H

#include "capgate.h"

#define CONTAINERD_IMPORTS 16
#define CONTAINERD_HANDLERS 48
#define CONTAINERD_NAME 64
/* The newest version of the file that is known: containerd 2.3's. */
#define CONTAINERD_NEWEST 4

#define CONTAINERD_PLUGIN_2 "io.containerd.grpc.v1.cri"
#define CONTAINERD_PLUGIN_3 "io.containerd.cri.v1.runtime"

/* One runtime handler, as far as this file speaks of it.  Spans of length 0: not there. */
struct containerd_handler {
	char name[CONTAINERD_NAME];
	bool old; /* the tables default_runtime and untrusted_workload_runtime of old */
	bool has_type;
	struct capgate_text type; /* runtime_type */
	bool has_path;            /* runtime_path: a shim of another place */
	struct capgate_span binary_at;
	struct capgate_text binary; /* BinaryName */
	size_t options_end;         /* after the line [...options]; 0: there is none */
	struct capgate_span options_line, options_inline; /* that line; options = {...} */
	struct capgate_span inline_at;                    /* handler = {...} */
	struct capgate_span dotted;  /* the text before the last key of "options.X = ..." */
	struct capgate_span sibling; /* the same of "runtime_type = ..." with dotted keys */
	bool has_header;             /* [...handler] */
};

struct containerdtoml {
	int version; /* 0: not said */
	bool cri_disabled;
	struct capgate_text imports[CONTAINERD_IMPORTS]; /* patterns, glob(3) */
	size_t n_imports;                                /* more than that: an error */
	bool has_plugin;                                 /* it says anything about that plugin */
	const char *plugin; /* the name by which it does; NULL: it does not */
	bool has_fallback;
	struct capgate_text fallback; /* default_runtime_name */
	struct capgate_span fallback_at;
	struct containerd_handler handler[CONTAINERD_HANDLERS];
	size_t n_handlers;
	bool closed; /* the tables of runtimes are inline: no header can be added */
	bool twice;  /* something of this is said twice, which TOML does not allow: an error */
	bool too_many;
};

/*
 * Both names of the plugin are understood in a file without a version, for
 * containerd takes such a drop-in for one of any version; else only the name that
 * its version knows.  The texts are views into text and arena.
 */
int containerdtoml_parse(struct capgate_text text, struct capgate_arena *arena,
			 struct containerdtoml *ret, struct capgate_error *err) CAPGATE_MUST;

/* The handler of that name, or NULL. */
const struct containerd_handler *containerdtoml_find(const struct containerdtoml *c,
						     const char *name);

/* Does a runtime_type mean containerd's own shim for runc, which runs BinaryName? */
bool containerdtoml_is_runc(struct capgate_text type);

#endif
