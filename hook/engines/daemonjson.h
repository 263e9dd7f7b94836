/* SPDX-License-Identifier: Apache-2.0 */
/* The runtimes and directories in Docker's daemon.json, with their places in the text. */
#ifndef DAEMONJSON_H
#define DAEMONJSON_H

#include "capgate.h"

#define DAEMONJSON_RUNTIMES 32

/* One runtime.  A span of length 0 means that the member is absent. */
struct docker_runtime {
	char name[64];
	struct capgate_span at;   /* the whole object */
	struct capgate_text path; /* a program, called as runc is */
	struct capgate_span path_at;
	struct capgate_text type; /* runtimeType: a shim instead of a path */
	bool has_type;
	struct capgate_span options; /* of the shim */
	struct capgate_text binary;  /* BinaryName in them */
	struct capgate_span binary_at;
	bool has_arguments;     /* runtimeArgs */
	bool foreign_arguments; /* at least one that neither runc nor crun has */
};

struct daemonjson {
	struct capgate_span top, runtimes;
	struct docker_runtime v[DAEMONJSON_RUNTIMES];
	size_t n; /* more than that: an error */
	bool has_fallback;
	struct capgate_text fallback; /* default-runtime */
	struct capgate_span fallback_at;
	struct capgate_text data_root; /* "data-root"; empty if not set */
	struct capgate_text remap;     /* "userns-remap" */
};

/* Strict: a text that two parsers could read differently is an error. */
int daemonjson_parse(struct capgate_text text, struct capgate_arena *arena, struct daemonjson *ret,
		     struct capgate_error *err) CAPGATE_MUST;
const struct docker_runtime *daemonjson_find(const struct daemonjson *d, struct capgate_text name);

#endif
