/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of capgate-hook, which engines run as root at every start of a
 * container: the hooks and the wrapper, and nothing else. */
#include "settings.h"
#include "commands.h"

#define COMMAND(symbol) extern const struct command command_##symbol;
#include "hooks.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(symbol) &command_##symbol,
#include "hooks.def"
#undef COMMAND
	NULL,
};

const char *const commands_elsewhere = CAPGATE_BINDIR "/capgate";
