/* SPDX-License-Identifier: Apache-2.0 */
/* The sub-commands of a program.  Each is a file that defines one struct command. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "hook/cli/cli.h"

extern const struct command *const commands[]; /* ended by NULL */
/* The program that has the other commands; NULL: there are no others. */
extern const char *const commands_elsewhere;
const struct command *command_find(const char *name);

/* What is shown for `capgate --help`. */
void help_all(void);

#endif
