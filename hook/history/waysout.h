/* SPDX-License-Identifier: Apache-2.0 */
/* The three ways out of a refusal or a rewrite, in the words of the engine that
 * made the container. */
#ifndef WAYSOUT_H
#define WAYSOUT_H

#include "hook/log/log.h"

/* Do without: the engine's own flag or field.  e->removed is not empty. */
void waysout_flag(const struct logged *e, struct capgate_out *out);
/* The sysctl that takes the capability's place, else what else does. */
void waysout_instead(const struct logged *e, struct capgate_out *out);
/* The same where a program did not start because its file has that capability: no sysctl
 * lets it start. */
void waysout_file(const struct logged *e, int cap, struct capgate_out *out);
/* A policy that exempts it, in a form in which it can be pasted; what to match is
 * the reader's to fill in. */
void waysout_exemption(const struct logged *e, struct capgate_out *out);

/* The same, for what gives says: members of an exemption, as JSON. */
void waysout_exempt(const struct logged *e, const char *gives, struct capgate_out *out);

#endif
