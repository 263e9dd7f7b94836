/* SPDX-License-Identifier: Apache-2.0 */
#include "completions.h"

#include "hook/cli/cli.h"

static void fish_line(struct capgate_out *out, const char *command)
{
	capgate_out_format(out, "complete -c capgate -n '__fish_seen_subcommand_from %s'", command);
}

static void fish_words(struct capgate_out *out, const struct slot *p)
{
	capgate_out_string(out, " -a '");
	capgate_out_string(out, p->words);
	capgate_out_string(out, "'");
}

/* -x: a value, and no file in its place. */
static void fish_value(struct capgate_out *out, const struct slot *p)
{
	if (p->kinds & KIND_FILES)
		capgate_out_string(out, " -r -F");
	else if (p->kinds & KIND_DIRECTORIES)
		capgate_out_string(out, " -x -a '(__fish_complete_directories)'");
	else
		capgate_out_string(out, " -x");
	if (p->kinds & KIND_WORDS)
		fish_words(out, p);
}

static void fish_option(struct capgate_out *out, const struct command *c, const struct opt *o)
{
	struct slot value = completions_value(o);

	fish_line(out, c->name);
	capgate_out_format(out, " -l %s", o->name);
	if (o->letter)
		capgate_out_format(out, " -s %c", o->letter);
	if (o->arg)
		fish_value(out, &value);
	capgate_out_string(out, " -d '");
	completions_quoted(out, o->help, "\\");
	capgate_out_string(out, "'\n");
}

static void fish_operands(struct capgate_out *out, const struct command *c)
{
	struct slot operands = completions_operands(c->operands);

	if (operands.kinds & KIND_FILES) {
		fish_line(out, c->name);
		capgate_out_string(out, " -F\n");
	}
	if (operands.kinds & KIND_WORDS) {
		fish_line(out, c->name);
		fish_words(out, &operands);
		capgate_out_string(out, "\n");
	}
}

void completions_fish(const struct command *const *commands, struct capgate_out *out)
{
	capgate_out_string(
		out, "# made from its table of commands\ncomplete -c capgate -f\n"
		     "complete -c capgate -n __fish_use_subcommand -l help -d 'the commands'\n"
		     "complete -c capgate -n __fish_use_subcommand -l version -d 'the version'\n");
	for (size_t i = 0; commands[i]; i++) {
		const struct command *c = commands[i];

		capgate_out_format(out, "complete -c capgate -n __fish_use_subcommand -a %s -d '",
				   c->name);
		completions_quoted(out, c->summary, "\\");
		capgate_out_string(out, "'\n");
		for (const struct opt *o = c->options; o && o->name; o++)
			fish_option(out, c, o);
		fish_line(out, c->name);
		capgate_out_string(out, " -l help -d 'show help and exit'\n");
		fish_operands(out, c);
	}
}
