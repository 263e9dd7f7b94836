/* SPDX-License-Identifier: Apache-2.0 */
/* What containerd's config.toml says about the runtimes of its CRI plugin. */
#ifndef CONTAINERDTOML_H
#define CONTAINERDTOML_H

#include "capgate.h"

#define CONTAINERD_IMPORTS 16

struct containerdtoml {
	int version;		     /* 0: not said, which means 1 */
	const char *plugin; /* that holds the runtimes, in this version; NULL: unknown version */
	bool cri_disabled;
	struct capgate_text imports[CONTAINERD_IMPORTS]; /* patterns, glob(3) */
	size_t n_imports;	     /* more than that: an error */
	bool imports_conf_d;	     /* /etc/containerd/conf.d is imported */
	bool has_plugin;	     /* it says anything about that plugin */
	bool has_fallback;
	struct capgate_text fallback; /* default_runtime_name */
	struct capgate_span fallback_at;
	bool has_table;		     /* the [plugins.X.containerd] header */
	size_t table_end;	     /* behind that header's line */
	bool has_ours;
	struct capgate_text binary;  /* ours' BinaryName */
	struct capgate_span binary_at;
	struct capgate_text systemd; /* runc's SystemdCgroup: "true" */
	bool twice;       /* something of this is said twice, which TOML does not allow: an error */
	bool old_default; /* [...containerd.default_runtime], which beats default_runtime_name */
	/* what stands where headers were expected, so that nothing can be added; NULL */
	const char *odd;
};

int containerdtoml_parse(struct capgate_text text, struct capgate_arena *arena,
			 struct containerdtoml *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
