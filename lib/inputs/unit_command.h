/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of a service: the values of ExecStart= and its siblings. */
#ifndef CAPGATE_UNIT_COMMAND_H
#define CAPGATE_UNIT_COMMAND_H

#include "capgate.h"

/* What the commands of one service do, taken together.  Zero it before use. */
struct capgate_unit_commands {
	bool with_all;         /* one begins with "+": it has every capability */
	bool as_root;          /* one begins with "!": it keeps root's capabilities */
	bool starts_container; /* one runs a container, by any engine */
};

/* Adds what one command does.  Its program may follow env, sh -c or another program. */
void capgate_unit_command_read(struct capgate_unit_commands *r, struct capgate_text value);

#endif
