/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a command, and capgate --help: made from the table of commands. */
#include "commands.h"

#include <string.h>

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

void help_all(void)
{
	static char buffer[16384];
	struct capgate_out out = {buffer, sizeof(buffer), 0};

	capgate_out_string(
		&out,
		"usage: capgate COMMAND [OPTION...] [OPERAND...]\n"
		"\n"
		"Keeps capabilities that the policy does not list out of containers: judges,\n"
		"rewrites or refuses OCI runtime configurations.\n"
		"\n"
		"commands:\n");
	for (size_t i = 0; commands[i]; i++)
		capgate_out_format(&out, "  %-16s %s\n", commands[i]->name, commands[i]->summary);
	capgate_out_string(
		&out,
		"\n  capgate COMMAND --help    the options of one command\n"
		"  capgate --version         the version\n\n"
		"Manual: capgate(1), capgate-hook(8), capgate-runtime(8), capgate-policy(5).\n");
	if (commands_elsewhere)
		capgate_out_format(&out, "The other commands: %s.\n", commands_elsewhere);
	help_show(&out);
}
