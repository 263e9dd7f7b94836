/* SPDX-License-Identifier: Apache-2.0 */
/* capgate COMMAND --help, made from the command itself. */
#include <stdlib.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "command.h"

void help_show(const struct capgate_out *out)
{
	struct capgate_error err;

	if (io_write_all(STDOUT_FILENO,
			 (struct capgate_text){out->p, out->len < out->size ? out->len : out->size},
			 &err) == 0)
		return;
	io_say_error("--help", &err);
	exit(STATUS_SYSTEM);
}

void help_command(const struct command *c)
{
	static char buffer[16384]; /* one that is too small would be seen by the tests */
	struct capgate_out out = {buffer, sizeof(buffer), 0};

	capgate_out_format(&out, "usage: capgate %s%s%s%s\n\n%s.\n", c->name,
			   c->options && c->options->name ? " [OPTION...]" : "",
			   c->operands[0] ? " " : "", c->operands, c->summary);
	if (c->details)
		capgate_out_format(&out, "\n%s\n", c->details);
	capgate_out_string(&out, "\noptions:\n");
	for (const struct opt *o = c->options; o && o->name; o++) {
		char left[64];
		struct capgate_out l = {left, sizeof(left) - 1, 0};

		if (o->letter)
			capgate_out_format(&l, "-%c, ", o->letter);
		capgate_out_format(&l, "--%s%s%s", o->name, o->arg ? "=" : "",
				   o->arg ? o->arg : "");
		left[l.len < sizeof(left) ? l.len : sizeof(left) - 1] = '\0';
		capgate_out_format(&out, "  %-26s %s\n", left, o->help);
	}
	capgate_out_format(&out, "  %-26s %s\n", "--help", "show this and exit");
	help_show(&out);
}
