/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the decision log back. */
#ifndef LOGREAD_H
#define LOGREAD_H

#include "capgate.h"

#define LOGGED_MANY 16 /* more rules or exemptions than a decision has */

/* One line; texts live until the visitor returns. */
struct logged {
	struct capgate_text line, time, id, engine, stage, mode, verdict, rule, policy, digest,
		bundle, reason;
	struct capgate_text rules[LOGGED_MANY], exemptions[LOGGED_MANY]; /* rule is the first */
	size_t n_rules, n_exemptions;
	/* Sysctls that the rewrite set; and those that it did not set, with the reason. */
	struct capgate_text sysctls[CAPGATE_SUBSTITUTES], withheld[CAPGATE_SUBSTITUTES];
	size_t n_sysctls, n_withheld;
	int status;
	capgate_set removed; /* from any set */
	struct capgate_text ceiling; /* "enforce", "audit", "off"; empty: none */
	capgate_set taken;	     /* by it */
};

/* The older file (PATH.1), then the newer, oldest line first.  Lines that are no
 * entry (cut by a full disk) are passed over, and so is an older file that cannot
 * be read: how many at least is returned, or a negative
 * status, CAPGATE_EIO when there is no log. */
int logread_each(const char *path, void (*visit)(void *user, const struct logged *entry),
		 void *user, struct capgate_error *err) CAPGATE_MUST;

/* There is no such file; one that cannot be looked at is not missing. */
bool logread_is_missing(const char *path);

/* Some lines of it, again; returns as above. */
int logread_line(struct capgate_text text, void (*visit)(void *user, const struct logged *entry),
		 void *user, struct capgate_error *err) CAPGATE_MUST;

#endif
