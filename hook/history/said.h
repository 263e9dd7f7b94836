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
	char from[PATH_MAX];    /* the file that it is from; "" if the user gave it */
	bool ours;              /* a removed capability or a rule caused it */
	int cap;                /* that capability; -1: no removed capability */
	enum capgate_rule rule; /* else the rule by which another part was removed; or NONE */
	const char *why;        /* of cap or rule; else of another capability, or NULL */
	bool of_file;           /* cap is a file capability of a program that did not start */
	int other;              /* another capability, if cap is -1; or -1 */
};

/* Finds the last line of the text that was caused by something that the entry says was removed.
 * Returns false if there is none; then *ret is about the last line that is not empty. */
bool said_find(struct capgate_text text, const struct logged *entry, struct said *ret);

/* The same for what the engine stored about the container: its error, or the end of its log.
 * bundle is "" if unknown.  Returns false if nothing helps. */
bool said_look(const struct logged *entry, const char *bundle, struct said *ret);

#endif
