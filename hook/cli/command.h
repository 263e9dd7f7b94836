/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sub-commands.  Each is a file that defines one struct command; the list
 * is commands.def, and main(), --help and the shell completions are made from
 * it, so that they cannot drift apart.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses of hooks and of the wrapper, stable for ever: under crun and
 * podman's precreate the number is all that a user sees.  Never 1, 2 or
 * 125-127, which engines use themselves. */
enum exit_status {
	STATUS_OK = 0,
	STATUS_NET_RAW = 10,	/* NET_RAW refused */
	STATUS_UNLISTED = 11,	/* another unlisted capability refused */
	STATUS_AMBIGUOUS = 12,	/* two readers could read two things */
	STATUS_POLICY = 20,	/* the policy cannot be used */
	STATUS_INPUT = 21,	/* the specification cannot be read or is not valid */
	STATUS_SYSTEM = 22,	/* memory, I/O */
	STATUS_USAGE = 64,
	/* Those of linters: check, audit, policy check, doctor. */
	STATUS_FINDINGS = 1,
	STATUS_NOT_JUDGED = 2,
};

enum opt_kind { OPT_FLAG, OPT_STRING };

/* One option.  A flag sets a bool, a string sets a const char *, at offset in
 * the command's own struct of options. */
struct opt {
	const char *name; /* long, without dashes; NULL ends the table */
	char letter;	  /* short, or 0 */
	enum opt_kind kind;
	size_t offset;
	const char *arg;  /* what --help calls the value: "FILE" */
	const char *help; /* a line, without full stop */
	const char *const *values; /* all that it takes, ended by NULL, for completions; or NULL */
};

struct command {
	const char *name;
	const char *operands; /* for the synopsis: "PATH..."; "" for none */
	const char *summary;  /* a line, without full stop */
	const char *details;  /* shown by `capgate NAME --help`; may be NULL */
	const struct opt *options;
	bool keeps_descriptors; /* the wrapper: passes on what it was given */
	/* argv[0] is the command's name.  Returns the exit status. */
	int (*run)(const struct command *self, int argc, char **argv);
};

extern const struct command *const commands[]; /* ended by NULL */
const struct command *command_find(const char *name);

/*
 * Parse argv[1..] by the table: --name, --name=value, --name value, -n value;
 * `--` ends options; abbreviations are refused.  Fills *opts, sets *operands
 * to the first operand and *n to their number (argv is permuted).
 * 0; or an exit status, after telling the user (STATUS_OK after --help).
 */
enum { OPTIONS_GO = -1 };
int options_parse(const struct command *self, int argc, char **argv, void *opts, char ***operands,
		  int *n);

/* What is shown for `capgate --help` and `capgate NAME --help`. */
void help_all(void);
void help_command(const struct command *command);

#endif
