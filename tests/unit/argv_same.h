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

/* 1: it goes on as a door, and is read alike; 0: it is no door, or stopped; -1:
 * it is read differently, and said says how. */
static inline int argv_same(enum runtime_dialect dialect, int argc, char **argv, char *said,
			    size_t size)
{
	static char block[1 << 18];
	static const struct runtime_change none;
	struct capgate_arena arena;
	struct capgate_error err;
	struct runtime_call call;
	struct oracle_call old, new;
	const char *why = NULL;
	char **v;
	int n = 0;
	bool reads;

	capgate_arena_init(&arena, block, sizeof(block));
	if (runtime_argv_parse(dialect, argc, argv, &arena, &call, &err) < 0)
		return 0;
	reads = oracle_read(dialect, argc, argv, &old);
	if (call.door == DOOR_NONE && !call.ends_early)
		/* handed on untouched: it must not be a door to the runtime */
		why = reads && old.door != DOOR_NONE && !old.global.help && !old.local.help
			      ? "a door goes on unjudged"
			      : NULL;
	else if (call.ends_early)
		; /* nothing that starts anything is handed on: below */
	else if (reads && !old.global.help && !old.local.help && would_start(&old))
		why = same_meanings(&call, &old);
	if (!why && (call.door != DOOR_NONE || call.ends_early)) {
		if (runtime_argv_build(&call, "rt", &none, &arena, &v, &err) < 0)
			return 0;
		while (v[n])
			n++;
		if (n >= 2 * ORACLE_WORDS) /* -dddd: too many for the oracle */
			return 0;
		reads = oracle_read(dialect, n, v, &new);
		if (call.ends_early)
			why = !reads || new.global.help || new.local.help
				      ? NULL
				      : "help is not what is handed on";
		/* A flag's value that Go does not know is the runtime's to refuse. */
		else if (reads)
			why = same_meanings(&call, &new);
		else if (dialect == DIALECT_CRUN)
			why = "what is handed on cannot be read";
	}
	if (!why)
		return call.door != DOOR_NONE;
	n = snprintf(said, size, "%s: %s:", dialect == DIALECT_CRUN ? "crun" : "runc", why);
	for (int i = 1; i < argc && n > 0 && (size_t)n < size; i++)
		n += snprintf(said + n, size - (size_t)n, " '%s'", argv[i]);
	return -1;
}

#endif
