/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine is asked for, one thing at a time: words as people write them. */
#ifndef CAPGATE_ASKED_H
#define CAPGATE_ASKED_H

#include "request.h"

/* A capability to add, whose place is at; in any case, CAP_ optional, ALL.  What is no
 * capability's name is kept, to be refused.  CAPGATE_ENOMEM. */
int capgate_asked_add(struct capgate_request *r, struct capgate_text name, struct capgate_span at,
		      struct capgate_arena *arena) CAPGATE_MUST;
/* Does it begin with CAP_, in any case?  containerd's CRI puts CAP_ before each name that is to
 * be dropped, so that one which has it drops nothing there. */
bool capgate_asked_has_prefix(struct capgate_text name) CAPGATE_MUST;
/* One to drop; what is no capability's name drops nothing. */
void capgate_asked_drop(struct capgate_request *r, struct capgate_text name);
/* Of Docker: "no-new-privileges", "seccomp=unconfined"; others do not matter. */
void capgate_asked_security(struct capgate_request *r, struct capgate_text option);
/* Of one that is set twice the last counts; more than the kernel has are not looked at.
 * CAPGATE_ENOMEM. */
int capgate_asked_sysctl(struct capgate_request *r, struct capgate_text name,
			 struct capgate_text value, struct capgate_arena *arena) CAPGATE_MUST;
/* The same as "name=value". */
int capgate_asked_sysctl_word(struct capgate_request *r, struct capgate_text word,
			      struct capgate_arena *arena) CAPGATE_MUST;
/* "/etc:/host:ro"; a source that is no path is a volume's name.  CAPGATE_ENOMEM. */
int capgate_asked_volume(struct capgate_request *r, struct capgate_text words,
			 struct capgate_arena *arena) CAPGATE_MUST;

/* Is part of the word replaced before an engine reads it? */
bool capgate_asked_has_variable(struct capgate_text word) CAPGATE_MUST;

/* Where c is in the text; its length: nowhere. */
size_t capgate_asked_find(struct capgate_text t, char c);
/* Without its first n bytes. */
struct capgate_text capgate_asked_after(struct capgate_text t, size_t n);

/* Is it a mode of podman's --userns that makes a user namespace? */
bool capgate_asked_own_users(struct capgate_text mode);

#endif
