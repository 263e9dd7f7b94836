/* SPDX-License-Identifier: Apache-2.0 */
/* What containerd's config.toml says about the runtimes of its CRI plugin. */
#ifndef CONTAINERDTOML_H
#define CONTAINERDTOML_H

#include "capgate.h"

struct containerdtoml {
	int version;		     /* 0: not said, which means 1 */
	const char *plugin;	     /* that holds the runtimes, in this version; NULL: unknown version */
	bool cri_disabled;
	bool imports_conf_d;	     /* /etc/containerd/conf.d is imported */
	bool has_fallback;
	struct capgate_text fallback; /* default_runtime_name */
	struct capgate_span fallback_at;
	bool has_table;		     /* the [plugins.X.containerd] header */
	size_t table_end;	     /* behind that header's line */
	bool has_ours;
	struct capgate_text binary;  /* ours' BinaryName */
	struct capgate_span binary_at;
	struct capgate_text systemd; /* runc's SystemdCgroup: "true" */
	bool odd;		     /* inline tables where headers were expected */
};

int containerdtoml_parse(struct capgate_text text, struct capgate_arena *arena, struct containerdtoml *ret,
			 struct capgate_error *err) CAPGATE_MUST;

#endif
