/* SPDX-License-Identifier: Apache-2.0 */
/* A sub-command and its options.  main(), --help and the completions for shells all use this
 * table, so that they agree. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "capgate.h"

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
	const char *const *values; /* its possible values, for completions; NULL ends; or NULL */
};

struct command {
	const char *name;
	const char *operands; /* for the synopsis: "PATH..."; "" for none */
	const char *summary;  /* a line, without full stop */
	const char *details;  /* shown by `capgate NAME --help`; may be NULL */
	const struct opt *options;
	bool keeps_descriptors; /* the wrapper: the runtime inherits them */
	/* argv[0] is the command's name.  Returns the exit status. */
	int (*run)(const struct command *self, int argc, char **argv);
};

/*
 * Parses argv[1..] by the table: --name, --name=value, --name value, -n value.  `--` ends
 * options; abbreviations are refused.  Fills *opts, sets *operands to the first operand and *n
 * to their number (argv is permuted).  Returns OPTIONS_GO; or, after a message to the user, an
 * exit status (STATUS_OK after --help).
 */
enum { OPTIONS_GO = -1 };
int options_parse(const struct command *self, int argc, char **argv, void *opts, char ***operands,
		  int *n);

/* Prints the text of `capgate NAME --help`. */
void help_command(const struct command *command);
/* Writes help to standard output, or ends the program with a status. */
void help_show(const struct capgate_out *out);

#endif
