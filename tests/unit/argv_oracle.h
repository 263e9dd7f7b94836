/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the runtimes themselves read a command line, written from their libraries
 * and sharing nothing with hook/wrapper/argv.c but the tables of options: for
 * crun glibc's own getopt_long(3), on which argp(3) stands; for runc Go's flag
 * package and the reordering of urfave/cli, transcribed.
 */
#ifndef ARGV_ORACLE_H
#define ARGV_ORACLE_H

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hook/wrapper/argv.h"

#define ORACLE_WORDS 64

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

/* ---- Both ---------------------------------------------------------------------------- */

struct oracle_call {
	struct oracle global, local;
	enum runtime_door door;
};

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
