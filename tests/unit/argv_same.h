/* SPDX-License-Identifier: Apache-2.0 */
/* One command line, by the wrapper and by the oracle: for tests and fuzzing. */
#ifndef ARGV_SAME_H
#define ARGV_SAME_H

#include <stdio.h>

#include "argv_oracle.h"

static inline bool same_word(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static inline const char *same_meanings(const struct runtime_call *call,
					const struct oracle_call *o)
{
	static const enum runtime_meaning global[] = {MEANS_ROOT, MEANS_LOG, MEANS_LOG_FORMAT};
	static const enum runtime_meaning local[] = {MEANS_BUNDLE, MEANS_CONFIG, MEANS_PROCESS,
						     MEANS_IMAGES};
	size_t cap = 0;

	if (call->door != o->door)
		return "another command";
	for (size_t i = 0; i < sizeof(global) / sizeof(*global); i++)
		if (!same_word(call->value[global[i]], o->global.value[global[i]]))
			return "another value";
	for (size_t i = 0; i < sizeof(local) / sizeof(*local); i++)
		if (!same_word(call->value[local[i]], o->local.value[local[i]]))
			return "another value";
	for (size_t i = 0; i < call->n_local; i++)
		if (call->local[i].option->means == MEANS_CAP &&
		    (cap == o->local.n_caps ||
		     !same_word(call->local[i].value, o->local.caps[cap++])))
			return "another capability";
	if (cap != o->local.n_caps)
		return "more capabilities";
	if (call->n_operands != o->local.n_rest)
		return "other operands";
	for (size_t i = 0; i < call->n_operands; i++)
		if (!same_word(call->operands[i], o->local.rest[i]))
			return "other operands";
	return NULL;
}

/* Takes exactly one operand, but for exec. */
static inline bool would_start(const struct oracle_call *o)
{
	return o->door == DOOR_EXEC ? o->local.n_rest > 0 : o->local.n_rest == 1;
}

/* Handed on untouched, it must not be a door to the runtime, in any version. */
static inline const char *same_untouched(enum runtime_dialect dialect, int argc, char **argv)
{
	static struct oracle_call o;

	if (oracle_read(dialect, argc, argv, &o) && o.door != DOOR_NONE && !o.global.help &&
	    !o.local.help)
		return "a door goes on unjudged";
	if (dialect == DIALECT_RUNC && oracle_read_v3(argc, argv, &o) && o.door != DOOR_NONE &&
	    !o.global.help && !o.local.help)
		return "a door goes on unjudged to urfave/cli v3";
	return NULL;
}

/* What one reader makes of the line that is handed on. */
static inline const char *same_handed_on(const struct runtime_call *call, bool reads,
					 const struct oracle_call *new)
{
	if (call->ends_early)
		return !reads || new->global.help || new->local.help
			       ? NULL
			       : "help is not what is handed on";
	/* A flag's value that Go does not know is the runtime's to refuse. */
	if (!reads)
		return call->dialect == DIALECT_CRUN ? "what is handed on cannot be read" : NULL;
	/* "help" as a container's name: v3 helps, and starts nothing. */
	return new->local.help ? NULL : same_meanings(call, new);
}

/* 1: it goes on as a door, and is read alike; 0: it is no door, or stopped; -1:
 * it is read differently, and said says how. */
static inline int argv_same(enum runtime_dialect dialect, int argc, char **argv, char *said,
			    size_t size)
{
	static char block[1 << 18];
	static const struct runtime_change none;
	static struct oracle_call old, new;
	struct capgate_arena arena;
	struct capgate_error err;
	struct runtime_call call;
	const char *why = NULL;
	char **v;
	int n = 0;

	capgate_arena_init(&arena, block, sizeof(block));
	if (runtime_argv_parse(dialect, argc, argv, &arena, &call, &err) < 0)
		return 0;
	if (call.door == DOOR_NONE && !call.ends_early)
		why = same_untouched(dialect, argc, argv);
	else if (!call.ends_early && oracle_read(dialect, argc, argv, &old) && !old.global.help &&
		 !old.local.help && would_start(&old))
		why = same_meanings(&call, &old);
	if (!why && (call.door != DOOR_NONE || call.ends_early)) {
		bool reads;

		if (runtime_argv_build(&call, "rt", &none, &arena, &v, &err) < 0)
			return 0;
		while (v[n])
			n++;
		if (n >= 2 * ORACLE_WORDS) /* -dddd: too many for the oracle */
			return 0;
		reads = oracle_read(dialect, n, v, &new);
		why = same_handed_on(&call, reads, &new);
		if (!why && dialect == DIALECT_RUNC) {
			reads = oracle_read_v3(n, v, &new);
			why = same_handed_on(&call, reads, &new);
		}
	}
	if (!why)
		return call.door != DOOR_NONE;
	n = snprintf(said, size, "%s: %s:", dialect == DIALECT_CRUN ? "crun" : "runc", why);
	for (int i = 1; i < argc && n > 0 && (size_t)n < size; i++)
		n += snprintf(said + n, size - (size_t)n, " '%s'", argv[i]);
	return -1;
}

#endif
