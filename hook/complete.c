/* SPDX-License-Identifier: Apache-2.0 */
/* complete SHELL: prints the completions of the program for bash, zsh or fish.  It is a
 * separate program that make runs; its output is installed. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/completions/completions.h"
#include "hook/sys/sys.h"
#include "commands.h"

int main(int argc, char **argv)
{
	static const struct {
		const char *shell;
		void (*fill)(const struct command *const *commands, struct capgate_out *out);
	} shells[] = {
		{"bash", completions_bash}, {"zsh", completions_zsh}, {"fish", completions_fish}};
	static char buffer[(size_t)1 << 20];
	struct capgate_out out = {buffer, sizeof(buffer), 0};
	struct capgate_error err;

	for (size_t i = 0; argc == 2 && i < sizeof(shells) / sizeof(*shells); i++)
		if (strcmp(argv[1], shells[i].shell) == 0)
			shells[i].fill(commands, &out);
	if (out.len == 0 || out.len > out.size) {
		io_say("complete: name bash, zsh or fish");
		return STATUS_USAGE;
	}
	if (io_write_all(STDOUT_FILENO, (struct capgate_text){out.p, out.len}, &err) == 0)
		return STATUS_OK;
	io_say_error("complete", &err);
	return STATUS_SYSTEM;
}
