/* SPDX-License-Identifier: Apache-2.0 */
/* The table of sub-commands. */
#include "hook/cli/cli.h"

#include <string.h>

#define COMMAND(symbol) extern const struct command command_##symbol;
#include "commands.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(symbol) &command_##symbol,
#include "commands.def"
#undef COMMAND
	NULL,
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}
