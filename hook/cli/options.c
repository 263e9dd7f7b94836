/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options by table.  Not getopt_long(3): it accepts abbreviations, prints messages of its
 * own, and reads the environment (POSIXLY_CORRECT).
 */
#include <string.h>

#include "hook/sys/sys.h"
#include "command.h"

static const struct opt *find_long(const struct opt *table, const char *name, size_t len)
{
	for (; table && table->name; table++)
		if (strlen(table->name) == len && memcmp(table->name, name, len) == 0)
			return table;
	return NULL;
}

static const struct opt *find_short(const struct opt *table, char letter)
{
	for (; table && table->name; table++)
		if (table->letter == letter)
			return table;
	return NULL;
}

static int fail_usage(const struct command *self, const char *what, const char *word)
{
	io_say("%s: %s '%s'; see: capgate %s --help", self->name, what, word, self->name);
	return STATUS_USAGE;
}

/* Is argv[i] an option?  A lone dash is an operand: standard input. */
static bool is_option(const char *arg)
{
	return arg[0] == '-' && arg[1] != '\0';
}

/* One option at argv[*i]; moves *i past its value. */
static int take_option(const struct command *self, int argc, char **argv, int *i, void *opts)
{
	const char *arg = argv[*i], *value = NULL;
	const struct opt *o;
	bool is_long = arg[1] == '-';

	if (is_long) {
		const char *equals = strchr(arg, '=');

		o = find_long(self->options, arg + 2,
			      equals ? (size_t)(equals - arg) - 2 : strlen(arg + 2));
		if (equals)
			value = equals + 1;
	} else {
		o = find_short(self->options, arg[1]);
		if (arg[2])
			value = arg + 2;
	}
	if (!o)
		return fail_usage(self, "unknown option", arg);
	if (o->kind == OPT_FLAG) {
		if (value)
			return fail_usage(self, "this option takes no value:", arg);
		*(bool *)((char *)opts + o->offset) = true;
		return OPTIONS_GO;
	}
	if (!value) {
		if (*i + 1 >= argc)
			return fail_usage(self, "this option needs a value:", arg);
		value = argv[++*i];
	}
	*(const char **)((char *)opts + o->offset) = value;
	return OPTIONS_GO;
}

int options_parse(const struct command *self, int argc, char **argv, void *opts, char ***operands,
		  int *n)
{
	int kept = 1, i = 1;

	for (; i < argc; i++) {
		int status;

		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (!is_option(argv[i])) {
			argv[kept++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--help") == 0) {
			help_command(self);
			return STATUS_OK;
		}
		status = take_option(self, argc, argv, &i, opts);
		if (status != OPTIONS_GO)
			return status;
	}
	while (i < argc)
		argv[kept++] = argv[i++];
	*operands = argv + 1;
	*n = kept - 1;
	return OPTIONS_GO;
}
