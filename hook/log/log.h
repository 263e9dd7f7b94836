/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision log: one line of JSON for each decision, to journald or syslog and to a file
 * of limited size that `capgate why` and `capgate metrics` read.
 *
 * Everything is opened before the specification is read; after that a confined process only
 * writes to open descriptors.
 */
#ifndef LOG_H
#define LOG_H

#include "capgate.h"
#include "decision.h"
#include "entry.h"
#include "read.h"

/* Opens the log.  Fails only if the policy enforces and requires a log, and there is none
 * (status 22). */
int log_open(const struct capgate_policy *policy, struct log *ret,
	     struct capgate_error *err) CAPGATE_MUST;
/* Writes an entry.  Fails only if the policy enforces and requires it (status 22). */
int log_decision(struct log *log, const struct log_entry *entry,
		 struct capgate_error *err) CAPGATE_MUST;
void log_close(struct log *log);

/* The path of the log for the user who runs this: the one in the policy, or, if only root can
 * write there, one below /run/user.  False: none. */
bool log_file_path(const struct capgate_policy *policy, char *buf, size_t size);

/* Parts of log_open() and log_decision(). */
int log_file_open(const char *path, size_t max_bytes, bool *cut_line);
int log_system_open(bool *journal);
bool log_system_send(const struct log *log, const struct log_entry *entry,
		     struct capgate_text json);

#endif
