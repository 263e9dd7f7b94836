/* SPDX-License-Identifier: Apache-2.0 */
/* The three ways out of a refusal or a rewrite, in the language of the engine that made the
 * container. */
#ifndef WAYSOUT_H
#define WAYSOUT_H

#include "hook/log/log.h"

/* Prints how to do without: the engine's flag or field. e->removed must not be empty. */
void waysout_flag(const struct logged *e, struct capgate_out *out);
/* Prints the sysctl that replaces the capability, or another replacement. */
void waysout_instead(const struct logged *e, struct capgate_out *out);
/* The same for a program that did not start because its file has the capability, which no sysctl
 * can cure. */
void waysout_file(const struct logged *e, int cap, struct capgate_out *out);
/* Prints a policy with an exemption, ready to paste, except for the match, which the user fills
 * in. */
void waysout_exemption(const struct logged *e, struct capgate_out *out);

/* The same, with the JSON members of the exemption in gives. */
void waysout_exempt(const struct logged *e, const char *gives, struct capgate_out *out);

#endif
