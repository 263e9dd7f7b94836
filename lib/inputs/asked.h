/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what people ask an engine for, one word at a time. */
#ifndef CAPGATE_ASKED_H
#define CAPGATE_ASKED_H

#include "request.h"

/* A capability to add, at this place: in any case, CAP_ optional, or ALL.  An unknown name is
 * kept, and refused later.  Fails only with CAPGATE_ENOMEM. */
int capgate_asked_add(struct capgate_request *r, struct capgate_text name, struct capgate_span at,
		      struct capgate_arena *arena) CAPGATE_MUST;
/* Does it begin with CAP_, in any case? containerd's CRI adds CAP_ to each name to drop, so a
 * name with CAP_ drops nothing there. */
bool capgate_asked_has_prefix(struct capgate_text name) CAPGATE_MUST;
/* A capability to drop.  An unknown name drops nothing. */
void capgate_asked_drop(struct capgate_request *r, struct capgate_text name);
/* An option of Docker: "no-new-privileges", "seccomp=unconfined"; others do not matter. */
void capgate_asked_security(struct capgate_request *r, struct capgate_text option);
/* A sysctl.  If one is set twice, the last value counts.  Fails only with CAPGATE_ENOMEM. */
int capgate_asked_sysctl(struct capgate_request *r, struct capgate_text name,
			 struct capgate_text value, struct capgate_arena *arena) CAPGATE_MUST;
/* The same as "name=value". */
int capgate_asked_sysctl_word(struct capgate_request *r, struct capgate_text word,
			      struct capgate_arena *arena) CAPGATE_MUST;
/* A volume: "/etc:/host:ro".  A source that is not a path is the name of a volume.  Fails only
 * with CAPGATE_ENOMEM. */
int capgate_asked_volume(struct capgate_request *r, struct capgate_text words,
			 struct capgate_arena *arena) CAPGATE_MUST;

/* Is part of the word replaced before an engine reads it? */
bool capgate_asked_has_variable(struct capgate_text word) CAPGATE_MUST;

/* The position of c in the text; the length of the text if it is not there. */
size_t capgate_asked_find(struct capgate_text t, char c);
/* The text without its first n bytes. */
struct capgate_text capgate_asked_after(struct capgate_text t, size_t n);

/* Does this mode of podman's --userns make a user namespace? */
bool capgate_asked_own_users(struct capgate_text mode);

#endif
