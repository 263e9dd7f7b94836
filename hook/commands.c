/* SPDX-License-Identifier: Apache-2.0 */
/* The table of sub-commands. */
#include "commands.h"

#define COMMAND(symbol) extern const struct command command_##symbol;
#include "commands.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(symbol) &command_##symbol,
#include "commands.def"
#undef COMMAND
	NULL,
};
