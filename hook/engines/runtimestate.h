/* SPDX-License-Identifier: Apache-2.0 */
/* What a runtime wrote down about a container: state.json of runc and youki, status
 * of crun.  The files are the runtime's; the texts in them come from the container's
 * configuration, and so from its author. */
#ifndef RUNTIMESTATE_H
#define RUNTIMESTATE_H

#include "capgate.h"

/* State files are some kilobytes; those of runc hold the seccomp filter too. */
#define RUNTIMESTATE_MAX CAPGATE_TEXT_MAX

/* Texts are views into the parsed text, or live in the arena; empty: not given. */
struct runtimestate {
	struct capgate_text id;
	struct capgate_text bundle; /* an absolute path without a NUL */
	/* runc keeps the bundle in a label, after the annotations, which are labels
	 * too: an annotation "bundle" names another directory, from whose config.json
	 * runc's exec without a process file would start. */
	bool two_bundles;
	long pid; /* of the first process; 0: none */
	unsigned long long started; /* field 22 of /proc/PID/stat; 0: unknown */
};

/* caps, unless it is NULL, gets the capabilities as a specification spells them,
 * {"bounding":[...],...}; nothing where there are none.  An escape makes a name at
 * most six times as long, so a buffer of 6 * text.len holds them. */
int runtimestate_parse(struct capgate_text text, struct capgate_arena *arena,
		       struct capgate_out *caps, struct runtimestate *ret,
		       struct capgate_error *err) CAPGATE_MUST;

#endif
