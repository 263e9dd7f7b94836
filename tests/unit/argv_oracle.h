/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the runtimes themselves read a command line, written from their libraries
 * and sharing nothing with hook/wrapper/argv.c but the tables of options: for
 * crun glibc's own getopt_long(3), on which argp(3) stands; for runc to 1.5 Go's flag
 * package and the reordering of urfave/cli v1; for runc after that urfave/cli v3,
 * which reads words itself: both from their documentation and behaviour.
 */
#ifndef ARGV_ORACLE_H
#define ARGV_ORACLE_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hook/wrapper/argv.h"

#define ORACLE_WORDS 64
#define ORACLE_TRIMMED 4096

struct oracle {
	const char *value[NMEANINGS];
	const char *caps[2 * ORACLE_WORDS];
	size_t n_caps;
	char *rest[2 * ORACLE_WORDS];
	size_t n_rest;
	bool help;
};

static inline void oracle_set(struct oracle *o, const struct runtime_option *row, const char *value)
{
	if (row->means == MEANS_CAP)
		o->caps[o->n_caps++] = value;
	if (row->means != MEANS_NOTHING)
		o->value[row->means] = value;
}

/* ---- crun -------------------------------------------------------------------------- */

/* argv[0] is skipped; false: it would end with an error. */
static inline bool oracle_crun(const struct runtime_option *table, int argc, char **argv,
			       struct oracle *o)
{
	struct option longs[40] = {0};
	const struct runtime_option *rows[40];
	char shorts[100] = "+:";
	int n = 0, c, i = 0;

	memset(o, 0, sizeof(*o));
	for (const struct runtime_option *row = table; row->name; row++) {
		if (!(row->dialects & (1u << DIALECT_CRUN)))
			continue;
		rows[n] = row;
		if (n == 0 || strcmp(rows[n - 1]->name, row->name) != 0)
			longs[i++] = (struct option){row->name,
						     row->arg == ARG_FLAG    ? no_argument
						     : row->arg == ARG_VALUE ? required_argument
									     : optional_argument,
						     NULL, 1000 + n};
		if (row->letter && row->letter != '?') {
			strncat(shorts, &row->letter, 1);
			strcat(shorts, row->arg == ARG_FLAG    ? ""
				       : row->arg == ARG_VALUE ? ":"
							       : "::");
		}
		n++;
	}
	optind = 0; /* glibc: from the start */
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct runtime_option *row = NULL;

		if (c == '?' && optopt == '?') {
			o->help = true; /* argp's own -? */
			return true;
		}
		if (c == '?' || c == ':')
			return false;
		for (int r = 0; r < n; r++)
			if (c == 1000 + r || (c < 1000 && rows[r]->letter == c))
				row = rows[r];
		if (row->means == MEANS_HELP) {
			o->help = true;
			return true;
		}
		oracle_set(o, row, optarg);
	}
	for (i = optind; i < argc; i++)
		o->rest[o->n_rest++] = argv[i];
	return true;
}

/* ---- runc -------------------------------------------------------------------------- */

static inline const struct runtime_option *oracle_go_find(const struct runtime_option *table,
							  const char *name, size_t len)
{
	for (; table->name; table++)
		if ((table->dialects & (1u << DIALECT_RUNC)) &&
		    ((strlen(table->name) == len && strncmp(table->name, name, len) == 0) ||
		     (len == 1 && table->letter == *name)))
			return table;
	return NULL;
}

static inline bool oracle_go_is_flag(const struct runtime_option *table, const char *arg)
{
	if (arg[0] != '-')
		return false;
	arg += arg[1] == '-' ? 2 : 1;
	return oracle_go_find(table, arg, strcspn(arg, "=")) != NULL;
}

/* urfave/cli v1, reorderArgs(): options to the front. */
static inline size_t oracle_go_reorder(const struct runtime_option *table, int argc, char **argv,
				       char **ret)
{
	char *remaining[2 * ORACLE_WORDS];
	size_t n = 0, n_remaining = 0;
	bool may_be_value = false;
	int i;

	for (i = 0; i < argc; i++) {
		if (may_be_value && !oracle_go_is_flag(table, argv[i])) {
			may_be_value = false;
			ret[n++] = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			memmove(remaining + 1, remaining, n_remaining * sizeof(*remaining));
			remaining[0] = argv[i];
			n_remaining++;
			for (i++; i < argc; i++)
				remaining[n_remaining++] = argv[i];
		} else if (oracle_go_is_flag(table, argv[i])) {
			ret[n++] = argv[i];
			may_be_value = !strchr(argv[i], '=');
		} else {
			remaining[n_remaining++] = argv[i];
		}
	}
	memcpy(ret + n, remaining, n_remaining * sizeof(*remaining));
	return n + n_remaining;
}

/* strconv.ParseBool: 1, 0, or -1. */
static inline int oracle_go_bool(const char *s)
{
	static const char *const words[] = {"0", "f", "F", "false", "FALSE", "False",
					    "1", "t", "T", "true",  "TRUE",  "True"};

	for (int i = 0; i < 12; i++)
		if (strcmp(words[i], s) == 0)
			return i >= 6;
	return -1;
}

/* flag.FlagSet.Parse() */
static inline bool oracle_runc(const struct runtime_option *table, int argc, char **argv,
			       bool reorder, struct oracle *o)
{
	char *args[2 * ORACLE_WORDS];
	size_t n = (size_t)argc, i = 0;

	memset(o, 0, sizeof(*o));
	if (reorder)
		n = oracle_go_reorder(table, argc, argv, args);
	else
		memcpy(args, argv, n * sizeof(*args));
	while (i < n) {
		char *s = args[i], *name, *value = NULL;
		const struct runtime_option *row;
		size_t len;

		if (strlen(s) < 2 || s[0] != '-')
			break;
		name = s + 1;
		if (s[1] == '-') {
			name++;
			if (!*name) {
				i++;
				break;
			}
		}
		if (!*name || *name == '-' || *name == '=')
			return false;
		i++;
		len = strcspn(name, "=");
		if (name[len] == '=')
			value = name + len + 1;
		row = oracle_go_find(table, name, len);
		if (!row)
			return false;
		if (row->arg == ARG_FLAG) {
			int truth = value ? oracle_go_bool(value) : 1;

			if (truth < 0)
				return false;
			if (row->means == MEANS_HELP)
				o->help |= truth;
			continue;
		}
		if (!value) {
			if (i == n)
				return false;
			value = args[i++];
		}
		oracle_set(o, row, value);
	}
	while (i < n)
		o->rest[o->n_rest++] = args[i++];
	return true;
}

/* ---- runc after 1.5 ------------------------------------------------------------------ */

/* The white space that matters here, trimmed at both ends. */
static inline char *oracle_trim(const char *word, char buf[ORACLE_TRIMMED])
{
	static const char *const blanks[] = {" ", "\t", "\n", "\xc2\xa0", "\xe3\x80\x80"};
	size_t len = strlen(word);

	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++) {
			size_t n = strlen(blanks[i]);

			if (len >= n && strncmp(word, blanks[i], n) == 0) {
				word += n;
				len -= n;
				more = true;
			} else if (len >= n && strncmp(word + len - n, blanks[i], n) == 0) {
				len -= n;
				more = true;
			}
		}
	}
	if (len >= ORACLE_TRIMMED)
		len = ORACLE_TRIMMED - 1;
	memcpy(buf, word, len);
	buf[len] = '\0';
	return buf;
}

/* Help and a version belong to their own level; every other global option is known
 * to each command, too. */
static inline const struct runtime_option *oracle_v3_find(const struct runtime_option *local,
							  const char *name, size_t len)
{
	const struct runtime_option *row = oracle_go_find(local, name, len);

	if (!row)
		row = oracle_go_find(runtime_options(DOOR_NONE), name, len);
	return row && row->means == MEANS_HELP && !oracle_go_find(local, name, len) ? NULL : row;
}

static inline bool oracle_v3_is_command(const char *word, bool root)
{
	static const char *const commands[] = {
		"create", "run",    "restore", "exec",   "state", "kill", "delete",
		"start",  "list",   "ps",      "events", "pause", "spec", "resume",
		"update", "init",   "features", "checkpoint", "help", "h",
	};
	size_t n = sizeof(commands) / sizeof(*commands);

	/* A command has one below it: help. */
	for (size_t i = root ? 0 : n - 2; i < n; i++)
		if (strcmp(commands[i], word) == 0)
			return true;
	return false;
}

static inline void oracle_v3_rest(struct oracle *o, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		o->rest[o->n_rest++] = argv[i];
}

/*
 * Each word is trimmed; an empty one is an operand; "--" ends options, "-" everything;
 * after stop operands (exactly so many) all are operands.  A value that stands in a
 * word of its own is taken as it is, one after "=" with the word's end trimmed.
 */
static inline bool oracle_v3(const struct runtime_option *table, int argc, char **argv, bool root,
			     size_t stop, struct oracle *o)
{
	static char pool[2 * ORACLE_WORDS][ORACLE_TRIMMED];
	static size_t used;

	memset(o, 0, sizeof(*o));
	used = root ? 0 : used;
	for (int i = 0; i < argc; i++) {
		char *word = oracle_trim(argv[i], pool[used++ % (2 * ORACLE_WORDS)]), *name, *value;
		const struct runtime_option *row;

		if (!*word) {
			o->rest[o->n_rest++] = argv[i];
			continue;
		}
		if (strcmp(word, "--") == 0) {
			oracle_v3_rest(o, argc - i - 1, argv + i + 1);
			return true;
		}
		if (o->n_rest == stop || (word[0] == '-' && word[1] && word[1] != '-' &&
					  !((word[1] | 0x20) >= 'a' && (word[1] | 0x20) <= 'z')) ||
		    (word[0] != '-' && oracle_v3_is_command(word, root))) {
			oracle_v3_rest(o, argc - i, argv + i);
			return true;
		}
		if (word[0] != '-' || !word[1]) {
			o->rest[o->n_rest++] = word;
			if (word[0] == '-')
				return true;
			continue;
		}
		name = word + (word[1] == '-' ? 2 : 1);
		value = strchr(name, '=');
		row = oracle_v3_find(table, name, strcspn(name, "="));
		if (!row)
			return false;
		value = value ? value + 1 : NULL;
		if (row->arg == ARG_FLAG) {
			int truth = value && *value ? oracle_go_bool(value) : 1;

			if (truth < 0)
				return false;
			if (row->means == MEANS_HELP)
				o->help |= truth;
			continue;
		}
		if (!value && i + 1 == argc)
			return false;
		oracle_set(o, row, value ? value : argv[++i]);
	}
	return true;
}

/* ---- Both ---------------------------------------------------------------------------- */

struct oracle_call {
	struct oracle global, local;
	enum runtime_door door;
};

/* The same, by runc after 1.5. */
static inline bool oracle_read_v3(int argc, char **argv, struct oracle_call *ret)
{
	struct oracle *g = &ret->global;
	static char name[ORACLE_TRIMMED];

	memset(ret, 0, sizeof(*ret));
	if (!oracle_v3(runtime_options(DOOR_NONE), argc - 1, argv + 1, true, SIZE_MAX, g))
		return false;
	if (g->help || g->n_rest == 0)
		return true;
	/* Some versions look the word up as it is, some trimmed. */
	ret->door = runtime_door_of(oracle_trim(g->rest[0], name));
	if (ret->door == DOOR_NONE)
		return true;
	if (!oracle_v3(runtime_options(ret->door), (int)g->n_rest - 1, g->rest + 1, false,
		       ret->door == DOOR_EXEC ? 1 : SIZE_MAX, &ret->local))
		return false;
	ret->local.help |= ret->local.n_rest > 0 && oracle_v3_is_command(ret->local.rest[0], false);
	return true;
}

/* The whole line, as the runtime would read it; argv[0] is its name.  False: it
 * would end with an error before it starts anything. */
static inline bool oracle_read(enum runtime_dialect dialect, int argc, char **argv,
			       struct oracle_call *ret)
{
	bool crun = dialect == DIALECT_CRUN;
	const struct runtime_option *table = runtime_options(DOOR_NONE);
	struct oracle *g = &ret->global;

	memset(ret, 0, sizeof(*ret));
	if (!(crun ? oracle_crun(table, argc, argv, g)
		   : oracle_runc(table, argc - 1, argv + 1, false, g)))
		return false;
	if (g->help || g->n_rest == 0)
		return true;
	ret->door = runtime_door_of(g->rest[0]);
	if (ret->door == DOOR_NONE)
		return true;
	table = runtime_options(ret->door);
	/* rest[0] stands where getopt expects the program's name */
	return crun ? oracle_crun(table, (int)g->n_rest, g->rest, &ret->local)
		    : oracle_runc(table, (int)g->n_rest - 1, g->rest + 1, ret->door != DOOR_EXEC,
				  &ret->local);
}

#endif
