/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of capgate, which people run. */
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

const char *const commands_elsewhere = NULL;
