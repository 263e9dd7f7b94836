/* SPDX-License-Identifier: Apache-2.0 */
/* A runtime's state file of one container: state.json of runc and youki, status of crun.  The
 * runtime writes these files, but their texts come from the container's configuration, and so
 * from its author. */
#ifndef RUNTIMESTATE_H
#define RUNTIMESTATE_H

#include "capgate.h"

/* State files have some kilobytes; those of runc contain the seccomp filter, too. */
#define RUNTIMESTATE_MAX CAPGATE_TEXT_MAX

/* Texts are views into the parsed text, or live in the arena; empty if absent. */
struct runtimestate {
	struct capgate_text id;
	struct capgate_text bundle; /* an absolute path without a NUL */
	/* runc keeps the bundle's path in a label "bundle=PATH".  Annotations become labels,
	 * too, and come first.  An annotation "bundle" is an attack: runc's exec without a
	 * process file would read config.json from the directory that it names. */
	bool two_bundles;
	long pid; /* of the first process; 0 if there is none */
	unsigned long long started; /* field 22 of /proc/PID/stat; 0 if unknown */
};

/* Parses a state file.  Unless caps is NULL, the capabilities are written to it in the form of
 * a specification, {"bounding":[...],...}; nothing is written if the file has none.  An escape
 * makes a name at most six times longer, so a buffer of 6 * text.len bytes is enough. */
int runtimestate_parse(struct capgate_text text, struct capgate_arena *arena,
		       struct capgate_out *caps, struct runtimestate *ret,
		       struct capgate_error *err) CAPGATE_MUST;

#endif
