/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command lines of runc and crun.
 *
 * Only what was understood is passed on: a command line that could give capabilities (a
 * door) is parsed and rewritten in the one form that every version reads alike: options
 * first, each with its value as two words, then "--", then the operands.  Spellings that
 * runtimes read differently never reach them.
 */
#ifndef RUNTIME_ARGV_H
#define RUNTIME_ARGV_H

#include "capgate.h"
#include "config.h"

enum runtime_door {
	DOOR_NONE, /* pass on, untouched */
	DOOR_CREATE,
	DOOR_RUN,
	DOOR_RESTORE,
	DOOR_EXEC,
};

/* What the wrapper wants to know of an option. */
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
	MEANS_HELP, /* prints something and ends */
	NMEANINGS
};

struct runtime_option; /* one row of the tables */

struct runtime_word {
	const struct runtime_option *option;
	const char *value; /* NULL: none was given */
};

struct runtime_call {
	enum runtime_dialect dialect;
	enum runtime_door door;
	const char *command;		  /* "create"; NULL: none */
	const char *value[NMEANINGS];	  /* the last one given; NULL: none */
	struct runtime_word *global, *local;
	size_t n_global, n_local;
	char **operands; /* the container's id, and what exec runs */
	size_t n_operands;
	const struct runtime_option
		*ends_early; /* --help, --version: nothing is started; else NULL */
};

/*
 * argv[0] is ignored.  An option that is not known, on a command line that could be a door,
 * is an error (CAPGATE_RULE_COMMAND_LINE) that names it; *ret then has the part before it.
 */
int runtime_argv_parse(enum runtime_dialect dialect, int argc, char **argv,
		       struct capgate_arena *arena, struct runtime_call *ret,
		       struct capgate_error *err) CAPGATE_MUST;

/* What replaces options of the call; NULL: as it was (an option not given stays
 * away). */
struct runtime_change {
	const char *root, *config, *process, *images;
	/* exec --cap: which of them stay, in order; NULL: all. */
	const bool *keep_cap;
	bool no_new_privs; /* exec without a process object: also --no-new-privs */
};

/* Is the option's value passed on as --name=value?  Else as two words, for a reader
 * that trims words trims the value's end with them; but not one that begins as an
 * option does, for another takes that for one. */
bool runtime_argv_one_word(const struct runtime_option *option, const char *value);

/* The command line to execute, ended by NULL. */
int runtime_argv_build(const struct runtime_call *call, const char *path,
		       const struct runtime_change *change, struct capgate_arena *arena,
		       char ***ret, struct capgate_error *err) CAPGATE_MUST;

/* The values of --cap, in order. */
int runtime_argv_caps(const struct runtime_call *call, struct capgate_arena *arena,
		      struct capgate_text **ret, size_t *n, struct capgate_error *err) CAPGATE_MUST;

/* The tables: globally (DOOR_NONE) or of a door. */
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
