/* SPDX-License-Identifier: Apache-2.0 */
/* completions: for bash, zsh and fish, written from the table of commands, so
 * that they cannot drift from it. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "io.h"
#include "outbuf.h"
#include "wiring.h"

/* What can stand where the synopsis says so. */
enum kind { KIND_NONE, KIND_FILES, KIND_DIRECTORIES, KIND_WORDS };

struct operand {
	enum kind kind;
	char words[2048]; /* separated by blanks */
};

static void put_engines(char *words, size_t size)
{
	words[0] = '\0';
	for (int e = 0; e < NENGINES; e++)
		snprintf(words + strlen(words), size - strlen(words), "%s%s", e ? " " : "", wiring_engine_name((enum engine)e));
}

static void put_capabilities(char *words, size_t size)
{
	words[0] = '\0';
	for (int c = 0; capgate_cap_info(c); c++)
		snprintf(words + strlen(words), size - strlen(words), "%s%s", c ? " " : "", capgate_cap_info(c)->name + 4);
}

/* "PATH...", "list|show", "[ENGINE...]", "CAP...". */
static struct operand operand_of(const char *synopsis)
{
	struct operand o = {.kind = KIND_NONE};

	if (strstr(synopsis, "PATH") || strstr(synopsis, "FILE")) {
		o.kind = KIND_FILES;
	} else if (strstr(synopsis, "ENGINE")) {
		o.kind = KIND_WORDS;
		put_engines(o.words, sizeof(o.words));
	} else if (strstr(synopsis, "CAP")) {
		o.kind = KIND_WORDS;
		put_capabilities(o.words, sizeof(o.words));
	} else if (strchr(synopsis, '|')) {
		o.kind = KIND_WORDS;
		for (size_t i = 0; synopsis[i] && i + 1 < sizeof(o.words); i++)
			o.words[i] = strchr("|[]", synopsis[i]) ? ' ' : synopsis[i];
	}
	return o;
}

static enum kind value_of(const struct opt *o)
{
	if (!o->arg)
		return KIND_NONE;
	return strcmp(o->arg, "DIR") == 0 ? KIND_DIRECTORIES : strstr(o->arg, "FILE") ? KIND_FILES : KIND_NONE;
}

/* Words between single quotes.  The shells differ in how one is written inside:
 * it becomes a typographic one. */
static void quoted(struct capgate_out *out, const char *s, const char *escape)
{
	for (; *s; s++) {
		if (*s == '\'') {
			capgate_out_string(out, "’");
			continue;
		}
		if (strchr(escape, *s))
			capgate_out_string(out, "\\");
		capgate_out_bytes(out, s, 1);
	}
}

/* ---- bash ------------------------------------------------------------------------ */

static void bash_options(struct capgate_out *out, const struct command *c, enum kind kind)
{
	for (const struct opt *o = c->options; o && o->name; o++)
		if (kind == KIND_NONE || value_of(o) == kind)
			capgate_out_format(out, "--%s ", o->name);
}

static void fill_bash(void *user, struct capgate_out *out)
{
	(void)user;
	capgate_out_string(out, "# bash completion for capgate; made by `capgate completions bash`\n"
				"_capgate() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
				"\tlocal options= files= directories= words= operand=none\n"
				"\tif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
				"\tif [[ $cur == = ]]; then cur=; fi\n"
				"\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(compgen -W '");
	for (size_t i = 0; commands[i]; i++)
		capgate_out_format(out, "%s ", commands[i]->name);
	capgate_out_string(out, "--help --version' -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; commands[i]; i++) {
		const struct command *c = commands[i];
		struct operand o = operand_of(c->operands);

		capgate_out_format(out, "\t%s)\n\t\toptions='", c->name);
		bash_options(out, c, KIND_NONE);
		capgate_out_string(out, "--help' files='");
		bash_options(out, c, KIND_FILES);
		capgate_out_string(out, "' directories='");
		bash_options(out, c, KIND_DIRECTORIES);
		capgate_out_format(out, "' words='%s' operand=%s ;;\n", o.words, o.kind == KIND_FILES ? "files" : "words");
	}
	capgate_out_string(out, "\tesac\n"
				"\tif [[ \" $files \" == *\" $prev \"* ]]; then\n\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
				"\telif [[ \" $directories \" == *\" $prev \"* ]]; then\n\t\tCOMPREPLY=($(compgen -d -- \"$cur\"))\n"
				"\telif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
				"\telif [[ $operand == files ]]; then\n\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
				"\telse\n\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n\tfi\n}\n"
				"complete -o filenames -F _capgate capgate\n");
}

/* ---- zsh ------------------------------------------------------------------------- */

static const char *zsh_action(enum kind kind)
{
	return kind == KIND_FILES ? "_files" : kind == KIND_DIRECTORIES ? "_directories" : "";
}

static void zsh_option(struct capgate_out *out, const struct opt *o)
{
	if (o->letter)
		capgate_out_format(out, " '-%c", o->letter);
	for (int again = o->letter ? 1 : 0; again >= 0; again--) {
		if (!again)
			capgate_out_format(out, " '--%s%s", o->name, o->arg ? "=" : "");
		else if (o->arg)
			capgate_out_string(out, "+");
		capgate_out_string(out, "[");
		quoted(out, o->help, "[]:\\");
		capgate_out_string(out, "]");
		if (o->arg)
			capgate_out_format(out, ":%s:%s", o->arg, zsh_action(value_of(o)));
		capgate_out_string(out, "'");
	}
}

static void fill_zsh(void *user, struct capgate_out *out)
{
	(void)user;
	capgate_out_string(out, "#compdef capgate\n# made by `capgate completions zsh`\n"
				"_capgate() {\n\tlocal -a commands\n\tcommands=(\n");
	for (size_t i = 0; commands[i]; i++) {
		capgate_out_format(out, "\t\t'%s:", commands[i]->name);
		quoted(out, commands[i]->summary, ":\\");
		capgate_out_string(out, "'\n");
	}
	capgate_out_string(out, "\t\t'--help:the commands'\n\t\t'--version:the version'\n\t)\n"
				"\tif ((CURRENT == 2)); then\n\t\t_describe command commands\n\t\treturn\n\tfi\n"
				"\tshift words\n\t((CURRENT--))\n\tcase $words[1] in\n");
	for (size_t i = 0; commands[i]; i++) {
		const struct command *c = commands[i];
		struct operand operand = operand_of(c->operands);

		capgate_out_format(out, "\t%s) _arguments", c->name);
		for (const struct opt *o = c->options; o && o->name; o++)
			zsh_option(out, o);
		capgate_out_string(out, " '--help[show help and exit]'");
		if (operand.kind == KIND_FILES)
			capgate_out_string(out, " '*:file:_files'");
		else if (operand.kind == KIND_WORDS)
			capgate_out_format(out, " '*:word:(%s)'", operand.words);
		capgate_out_string(out, " ;;\n");
	}
	capgate_out_string(out, "\tesac\n}\n_capgate \"$@\"\n");
}

/* ---- fish ------------------------------------------------------------------------ */

static void fish_line(struct capgate_out *out, const char *command)
{
	capgate_out_format(out, "complete -c capgate -n '__fish_seen_subcommand_from %s'", command);
}

static void fish_option(struct capgate_out *out, const struct command *c, const struct opt *o)
{
	fish_line(out, c->name);
	capgate_out_format(out, " -l %s", o->name);
	if (o->letter)
		capgate_out_format(out, " -s %c", o->letter);
	if (o->arg)
		capgate_out_string(out, value_of(o) == KIND_NONE ? " -x" : " -r -F");
	capgate_out_string(out, " -d '");
	quoted(out, o->help, "\\");
	capgate_out_string(out, "'\n");
}

static void fill_fish(void *user, struct capgate_out *out)
{
	(void)user;
	capgate_out_string(out, "# made by `capgate completions fish`\ncomplete -c capgate -f\n"
				"complete -c capgate -n __fish_use_subcommand -l help -d 'the commands'\n"
				"complete -c capgate -n __fish_use_subcommand -l version -d 'the version'\n");
	for (size_t i = 0; commands[i]; i++) {
		const struct command *c = commands[i];
		struct operand operand = operand_of(c->operands);

		capgate_out_format(out, "complete -c capgate -n __fish_use_subcommand -a %s -d '", c->name);
		quoted(out, c->summary, "\\");
		capgate_out_string(out, "'\n");
		for (const struct opt *o = c->options; o && o->name; o++)
			fish_option(out, c, o);
		fish_line(out, c->name);
		capgate_out_string(out, " -l help -d 'show help and exit'\n");
		if (operand.kind == KIND_NONE)
			continue;
		fish_line(out, c->name);
		if (operand.kind == KIND_FILES)
			capgate_out_string(out, " -F\n");
		else
			capgate_out_format(out, " -a '%s'\n", operand.words);
	}
}

static int completions(const struct command *self, int argc, char **argv)
{
	static const struct {
		const char *shell;
		void (*fill)(void *user, struct capgate_out *out);
	} shells[] = {{"bash", fill_bash}, {"zsh", fill_zsh}, {"fish", fill_fish}};
	struct capgate_error err;
	char **words;
	int n, status = options_parse(self, argc, argv, NULL, &words, &n);

	if (status != OPTIONS_GO)
		return status;
	for (size_t i = 0; n == 1 && i < sizeof(shells) / sizeof(*shells); i++) {
		if (strcmp(words[0], shells[i].shell) != 0)
			continue;
		if (outbuf_print(shells[i].fill, NULL, &err) == 0)
			return STATUS_OK;
		io_say("completions: %s", err.msg);
		return STATUS_SYSTEM;
	}
	io_say("completions: say bash, zsh or fish");
	return STATUS_USAGE;
}

static const struct opt opts[] = {{0}};

const struct command command_completions = {
	.name = "completions",
	.operands = "bash|zsh|fish",
	.summary = "print the completions for a shell",
	.options = opts,
	.run = completions,
};
