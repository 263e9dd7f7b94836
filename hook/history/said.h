/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container said before it failed, and which of the capabilities that were taken
 * out of it that goes back to.
 */
#ifndef SAID_H
#define SAID_H

#include <limits.h>

#include "hook/log/log.h"

#define SAID_LINE 512

struct said {
	char line[SAID_LINE];   /* NUL-ended; cut when longer */
	char from[PATH_MAX];    /* the file it is from; "": the user said it */
	bool ours;              /* it goes back to what was taken out */
	int cap;                /* that capability; -1: none of those that were taken out */
	enum capgate_rule rule; /* else the rule by which something else was; or NONE */
	const char *why;        /* of cap or rule; else of another capability, or NULL */
	bool of_file;           /* cap is the one of a program's file, which did not start */
	int other;              /* that one, when cap is -1; -1: none */
};

/* The last line of the text that leads to what the entry says was taken out; false: none
 * does, and then *ret is about its last line that says something. */
bool said_find(struct capgate_text text, const struct logged *entry, struct said *ret);

/* The same in what the engine keeps of that container: its error, or the end of its log.
 * bundle: "" when it is not known.  False: nothing there leads to one. */
bool said_look(const struct logged *entry, const char *bundle, struct said *ret);

#endif
