/* SPDX-License-Identifier: Apache-2.0 */
#include "completions.h"

#include "hook/cli/cli.h"

static void zsh_action(struct capgate_out *out, const struct slot *p)
{
	bool both = p->kinds == (KIND_WORDS | KIND_FILES);

	if (p->kinds & KIND_WORDS) {
		capgate_out_string(out, both ? "_alternative \"words:word:(" : "(");
		capgate_out_string(out, p->words);
		capgate_out_string(out, both ? ")\" \"files:file:_files\"" : ")");
	} else if (p->kinds & (KIND_FILES | KIND_DIRECTORIES)) {
		capgate_out_string(out, p->kinds & KIND_FILES ? "_files" : "_directories");
	}
}

static void zsh_option(struct capgate_out *out, const struct opt *o)
{
	struct slot value = completions_value(o);

	if (o->letter)
		capgate_out_format(out, " '-%c", o->letter);
	for (int again = o->letter ? 1 : 0; again >= 0; again--) {
		if (!again)
			capgate_out_format(out, " '--%s%s", o->name, o->arg ? "=" : "");
		else if (o->arg)
			capgate_out_string(out, "+");
		capgate_out_string(out, "[");
		completions_quoted(out, o->help, "[]:\\");
		capgate_out_string(out, "]");
		if (o->arg) {
			capgate_out_format(out, ":%s:", o->arg);
			zsh_action(out, &value);
		}
		capgate_out_string(out, "'");
	}
}

void completions_zsh(const struct command *const *commands, struct capgate_out *out)
{
	capgate_out_string(out, "#compdef capgate\n# made from its table of commands\n"
				"_capgate() {\n\tlocal -a commands\n\tcommands=(\n");
	for (size_t i = 0; commands[i]; i++) {
		capgate_out_format(out, "\t\t'%s:", commands[i]->name);
		completions_quoted(out, commands[i]->summary, ":\\");
		capgate_out_string(out, "'\n");
	}
	capgate_out_string(
		out,
		"\t\t'--help:the commands'\n\t\t'--version:the version'\n\t)\n"
		"\tif ((CURRENT == 2)); then\n\t\t_describe command commands\n\t\treturn\n\tfi\n"
		"\tshift words\n\t((CURRENT--))\n\tcase $words[1] in\n");
	for (size_t i = 0; commands[i]; i++) {
		const struct command *c = commands[i];
		struct slot operands = completions_operands(c->operands);

		capgate_out_format(out, "\t%s) _arguments", c->name);
		for (const struct opt *o = c->options; o && o->name; o++)
			zsh_option(out, o);
		capgate_out_string(out, " '--help[show help and exit]'");
		if (operands.kinds) {
			capgate_out_string(out, " '*:operand:");
			zsh_action(out, &operands);
			capgate_out_string(out, "'");
		}
		capgate_out_string(out, " ;;\n");
	}
	/* Called by compinit the file is the function; read by hand it is registered. */
	capgate_out_string(
		out,
		"\tesac\n}\nif [[ $funcstack[1] == _capgate ]]; then\n\t_capgate \"$@\"\nelse\n"
		"\tcompdef _capgate capgate\nfi\n");
}
