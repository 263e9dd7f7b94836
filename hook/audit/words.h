/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the output formats of audit. */
#ifndef AUDIT_WORDS_H
#define AUDIT_WORDS_H

#include "hook/term/term.h"
#include "audit.h"

/* Prints "  label            words", wrapped at the terminal's width. */
void audit_field(struct capgate_out *out, const struct style *style, const char *label,
		 const struct words *words);

/* "docker", "podman"; the runtime's name if no engine is known. */
const char *audit_engine(const struct container *c);
/* "docker 0123456789ab web (nginx:1)" */
void audit_out_container(struct capgate_out *out, const struct container *c);
void audit_headline(const struct audit_result *r, const struct style *style,
		    struct capgate_out *out);
void audit_tell_held(const struct audit_result *r, const struct style *style,
		     struct capgate_out *out);
/* Prints whether a user namespace can be made, and why. */
void audit_tell_userns(const struct audit_result *r, const struct style *style,
		       struct capgate_out *out);
/* Prints a process that holds too much; prints nothing for the others. */
void audit_tell_member(const struct audit_member *m, const struct style *style,
		       struct capgate_out *out);

/* Does the exemption apply to the container now? */
bool audit_in_force(const struct audit_result *r, const struct capgate_exemption *e);
/* Prints which part of the policy allows the container's capabilities. */
void audit_justify(const struct audit_result *r, struct words *words);

#endif
