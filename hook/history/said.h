/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container printed before it failed, and which removed capability caused it.
 */
#ifndef SAID_H
#define SAID_H

#include <limits.h>

#include "hook/log/log.h"

#define SAID_LINE 512

struct said {
	char line[SAID_LINE];   /* NUL-ended; cut when longer */
	char from[PATH_MAX];    /* the file it is from; "": the user said it */
	bool ours;              /* a removed capability, or a rule, caused it */
	int cap;                /* that capability; -1: no removed capability */
	enum capgate_rule rule; /* else the rule by which another part was removed; or NONE */
	const char *why;        /* of cap or rule; else of another capability, or NULL */
	bool of_file;           /* cap is the one of a program's file, which did not start */
	int other;              /* that one, when cap is -1; -1: none */
};

/* Finds the last line of the text that something removed caused, according to the entry;
 * false: there is none, and *ret is about the last line that is not empty. */
bool said_find(struct capgate_text text, const struct logged *entry, struct said *ret);

/* The same for what the engine keeps of that container: its error, or the end of its log.
 * bundle: "" if it is not known.  False: nothing there helps. */
bool said_look(const struct logged *entry, const char *bundle, struct said *ret);

#endif
