/* SPDX-License-Identifier: Apache-2.0 */
/* The three ways out of a refusal that is not about a capability, but about something that
 * prevents the runtime from dropping any: a filter, /proc, a configuration of CRIU. */
#ifndef SURROUNDINGS_H
#define SURROUNDINGS_H

#include "hook/log/log.h"

/* Did one of these rules decide? */
bool surroundings_decided(const struct logged *e);
/* Like the functions of waysout.h, for such an entry. */
void surroundings_flag(const struct logged *e, struct capgate_out *out);
void surroundings_instead(const struct logged *e, struct capgate_out *out);
void surroundings_exemption(const struct logged *e, struct capgate_out *out);

#endif
