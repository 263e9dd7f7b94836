/* SPDX-License-Identifier: Apache-2.0 */
#include "completions.h"

#include "hook/cli/cli.h"

/* What completes $cur: words, files, directories. */
static void bash_reply(struct capgate_out *out, const struct slot *p)
{
	capgate_out_string(out, "COMPREPLY=(");
	if (p->kinds & KIND_WORDS) {
		capgate_out_string(out, "$(IFS=' '; compgen -W '");
		capgate_out_string(out, p->words);
		capgate_out_string(out, "' -- \"$cur\")");
	}
	if (p->kinds & KIND_FILES)
		capgate_out_string(out, " $(compgen -f -- \"$cur\")");
	if (p->kinds & KIND_DIRECTORIES)
		capgate_out_string(out, " $(compgen -d -- \"$cur\")");
	capgate_out_string(out, ")");
}

/* A case for each option that takes a value; then options, or operands. */
static void bash_command(struct capgate_out *out, const struct command *c)
{
	struct slot operands = completions_operands(c->operands);

	capgate_out_format(out, "\t%s)\n\t\tcase $prev in\n", c->name);
	for (const struct opt *o = c->options; o && o->name; o++) {
		struct slot value = completions_value(o);

		if (!o->arg)
			continue;
		capgate_out_format(out, "\t\t--%s", o->name);
		if (o->letter)
			capgate_out_format(out, "|-%c", o->letter);
		capgate_out_string(out, ") ");
		bash_reply(out, &value);
		capgate_out_string(out, "; return ;;\n");
	}
	capgate_out_string(out, "\t\tesac\n\t\tif [[ $cur == -* ]]; then\n\t\t\tCOMPREPLY=($(IFS=' "
				"'; compgen -W '");
	for (const struct opt *o = c->options; o && o->name; o++)
		capgate_out_format(out, "--%s ", o->name);
	capgate_out_string(out, "--help' -- \"$cur\"))\n\t\telse\n\t\t\t");
	bash_reply(out, &operands);
	capgate_out_string(out, "\n\t\tfi ;;\n");
}

void completions_bash(const struct command *const *commands, struct capgate_out *out)
{
	capgate_out_string(
		out, "# bash completion for capgate; made from its table of commands\n"
		     "_capgate() {\n\tlocal IFS=$'\\n' cur=${COMP_WORDS[COMP_CWORD]} "
		     "prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		     "\tif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
		     "\tif [[ $cur == = ]]; then cur=; fi\n"
		     "\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(IFS=' '; compgen -W '");
	for (size_t i = 0; commands[i]; i++)
		capgate_out_format(out, "%s ", commands[i]->name);
	capgate_out_string(out, "--help --version' -- \"$cur\"))\n\t\treturn\n\tfi\n"
				"\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; commands[i]; i++)
		bash_command(out, commands[i]);
	capgate_out_string(out, "\tesac\n}\ncomplete -o filenames -F _capgate capgate\n");
}
