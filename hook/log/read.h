/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the decision log. */
#ifndef LOGREAD_H
#define LOGREAD_H

#include "capgate.h"

#define LOGGED_MANY 16 /* more rules or exemptions than a decision has */

/* One line.  The texts are valid until the visitor returns. */
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
	capgate_set taken;	     /* removed by the ceiling */
};

/* Visits the lines of the older file (PATH.1), then those of the newer one, oldest first.  Skips
 * lines that are not entries (a full disk can cut them), and an older file that cannot be read.
 * Returns at least how many it skipped, or a negative status: CAPGATE_EIO if there is no log. */
int logread_each(const char *path, void (*visit)(void *user, const struct logged *entry),
		 void *user, struct capgate_error *err) CAPGATE_MUST;

/* Is there no such file?  False also if that cannot be found out. */
bool logread_is_missing(const char *path);

/* Visits lines that were copied from a log.  Returns the same as logread_each(). */
int logread_line(struct capgate_text text, void (*visit)(void *user, const struct logged *entry),
		 void *user, struct capgate_error *err) CAPGATE_MUST;

#endif
