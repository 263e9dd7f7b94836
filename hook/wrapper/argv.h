/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command lines of runc and crun.
 *
 * A command line that can give capabilities is called a door.  The wrapper parses it and writes
 * it again in a form that every version reads in the same way: options first, each with its
 * value as a second word, then "--", then the operands.  So spellings that runtimes read
 * differently never reach them.
 */
#ifndef RUNTIME_ARGV_H
#define RUNTIME_ARGV_H

#include "capgate.h"
#include "config.h"

enum runtime_door {
	DOOR_NONE, /* passed on unchanged */
	DOOR_CREATE,
	DOOR_RUN,
	DOOR_RESTORE,
	DOOR_EXEC,
};

/* The options that the wrapper uses. */
enum runtime_meaning {
	MEANS_NOTHING,
	MEANS_ROOT,
	MEANS_LOG,
	MEANS_LOG_FORMAT,
	MEANS_BUNDLE,
	MEANS_CONFIG,
	MEANS_PROCESS,
	MEANS_CAP,
	MEANS_IMAGES,
	MEANS_CRIU,
	MEANS_USER,
	MEANS_DESCRIPTORS,
	MEANS_HELP, /* the runtime prints something and ends */
	NMEANINGS
};

struct runtime_option; /* one row of the tables */

struct runtime_word {
	const struct runtime_option *option;
	const char *value; /* NULL: none */
};

struct runtime_call {
	enum runtime_dialect dialect;
	enum runtime_door door;
	const char *command;		  /* "create"; NULL: none */
	const char *value[NMEANINGS];	  /* the last value of each option; NULL: none */
	struct runtime_word *global, *local;
	size_t n_global, n_local;
	char **operands; /* the container's id, and the command of exec */
	size_t n_operands;
	const struct runtime_option
		*ends_early; /* --help or --version, so that nothing is started; else NULL */
};

/*
 * Parses a command line; ignores argv[0].  An unknown option on a command line that could be a
 * door is an error (CAPGATE_RULE_COMMAND_LINE) that names it; *ret then has the part before it.
 */
int runtime_argv_parse(enum runtime_dialect dialect, int argc, char **argv,
		       struct capgate_arena *arena, struct runtime_call *ret,
		       struct capgate_error *err) CAPGATE_MUST;

/* Values that replace those of the call.  NULL: the option stays as it is. */
struct runtime_change {
	const char *root, *config, *process, *images;
	/* exec --cap: which of the capabilities to keep, in order; NULL: all. */
	const bool *keep_cap;
	bool no_new_privs; /* exec without a process object: add --no-new-privs */
};

/* Is the option's value passed on as --name=value?  Otherwise as two words, because a runtime
 * that trims words would also trim the end of the value.  A value that begins like an option
 * must not be a word of its own: another runtime would read it as an option. */
bool runtime_argv_one_word(const struct runtime_option *option, const char *value);

/* Makes the command line to execute, with NULL at its end. */
int runtime_argv_build(const struct runtime_call *call, const char *path,
		       const struct runtime_change *change, struct capgate_arena *arena,
		       char ***ret, struct capgate_error *err) CAPGATE_MUST;

/* The values of --cap, in order. */
int runtime_argv_caps(const struct runtime_call *call, struct capgate_arena *arena,
		      struct capgate_text **ret, size_t *n, struct capgate_error *err) CAPGATE_MUST;

/* The tables of options: global ones (DOOR_NONE), or those of a door. */
enum runtime_arg { ARG_FLAG, ARG_VALUE, ARG_MAYBE };

struct runtime_option {
	const char *name; /* NULL ends a table */
	char letter;	  /* 0: none */
	enum runtime_arg arg;
	enum runtime_meaning means;
	unsigned dialects; /* bits: 1 << DIALECT_RUNC, ... */
};

const struct runtime_option *runtime_options(enum runtime_door door);
enum runtime_door runtime_door_of(const char *command);

#endif
