/* SPDX-License-Identifier: Apache-2.0 */
/* One line of the log, before it is written. */
#ifndef ENTRY_H
#define ENTRY_H

#include "decision.h"

struct log {
	int file;   /* -1: none */
	int system; /* datagram socket of journald or syslog; -1: none */
	bool journal;  /* system speaks journald's native protocol */
	bool cut_line; /* the file ends within a line; write a newline first */
	bool required;
};

#define LOG_NONE ((struct log){.file = -1, .system = -1})

/* The longest line, with its newline.  Each part of a line has a limit. */
#define LOG_LINE_MAX ((size_t)32 << 10)

/* The wrapper's ceiling, see capgate_ceiling(); NONE: this door has none. */
enum log_ceiling { LOG_CEILING_NONE, LOG_CEILING_OFF, LOG_CEILING_AUDIT, LOG_CEILING_ENFORCE };

struct log_entry {
	const char *stage;  /* "precreate", "exec" */
	struct capgate_text id, bundle; /* may be empty */
	const struct capgate_policy *policy;
	const struct decision *decision;
	enum capgate_verdict outcome; /* what was done: a hook that cannot rewrite refuses */
	int status;		      /* exit status given */
	bool dry_run;
	bool at_once; /* the policy was read a moment ago, so its time is this line's */
	enum log_ceiling ceiling;
	const char *learn; /* whether its use of capabilities is recorded; NULL: not asked */
	capgate_set taken; /* removed from the runtime by the ceiling; audit mode: would be */
};

/* "enforce", "audit", "dry-run". */
const char *log_mode(const struct log_entry *entry);

/* "enforce", "audit", "off"; NULL: none. */
const char *log_ceiling_name(enum log_ceiling ceiling);

#endif
