/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the decision log back. */
#ifndef LOGREAD_H
#define LOGREAD_H

#include "capgate.h"

/* One line; texts live until the visitor returns. */
struct logged {
	struct capgate_text line, time, id, engine, stage, mode, verdict, rule, policy, digest, bundle, reason;
	int status;
	capgate_set removed; /* from any set */
};

/* The older file (PATH.1), then the newer, oldest line first.  Lines that are no
 * entry (cut by a full disk) are passed over.  CAPGATE_EIO when there is no log. */
int logread_each(const char *path, void (*visit)(void *user, const struct logged *entry), void *user,
		 struct capgate_error *err) CAPGATE_MUST;

/* One line of it, again. */
int logread_line(struct capgate_text text, void (*visit)(void *user, const struct logged *entry), void *user,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
