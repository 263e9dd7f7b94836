/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a parsed command line again, in a form that every version of the runtime reads in the
 * same way. */
#include "argv.h"

#include <string.h>

#include "lib/base/base.h"

struct line {
	struct capgate_arena *arena;
	char **v;
	size_t n;
};

bool runtime_argv_one_word(const struct runtime_option *option, const char *value)
{
	return option->arg != ARG_VALUE || value[0] == '-';
}

/* "--NAME", with "=VALUE" unless it is NULL. */
static int put_word(struct line *line, const char *name, const char *value)
{
	size_t size = strlen(name) + 4 + (value ? strlen(value) : 0);
	char *word = capgate_arena_alloc(line->arena, size);
	struct capgate_out out = {word, size, 0};

	if (!word)
		return CAPGATE_ENOMEM;
	capgate_out_string(&out, "--");
	capgate_out_string(&out, name);
	if (value) {
		capgate_out_string(&out, "=");
		capgate_out_string(&out, value);
	}
	line->v[line->n++] = word; /* the memory was zeroed, so it ends with a NUL */
	return 0;
}

static int put_pair(struct line *line, const char *name, const char *value)
{
	if (put_word(line, name, NULL) < 0)
		return CAPGATE_ENOMEM;
	line->v[line->n++] = (char *)(uintptr_t)value;
	return 0;
}

static int put_option(struct line *line, const struct runtime_word *w)
{
	if (!w->value || runtime_argv_one_word(w->option, w->value))
		return put_word(line, w->option->name, w->value);
	return put_pair(line, w->option->name, w->value);
}

/* Copies the options of one level, except those that are replaced. */
static int put_level(struct line *line, const struct runtime_word *words, size_t n,
		     const char *const new[NMEANINGS], const bool *keep_cap)
{
	size_t cap = 0;

	for (size_t i = 0; i < n; i++) {
		enum runtime_meaning means = words[i].option->means;

		if (new[means] || (means == MEANS_CAP && keep_cap && !keep_cap[cap++]))
			continue;
		if (put_option(line, &words[i]) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

static int put_all(struct line *line, const struct runtime_call *call,
		   const struct runtime_change *change)
{
	static char separator[] = "--";
	const char *new[NMEANINGS] = {[MEANS_ROOT] = change->root,
				      [MEANS_CONFIG] = change->config,
				      [MEANS_PROCESS] = change->process,
				      [MEANS_IMAGES] = change->images};

	if (put_level(line, call->global, call->n_global, new, NULL) < 0 ||
	    (change->root && put_pair(line, "root", change->root) < 0))
		return CAPGATE_ENOMEM;
	if (call->command)
		line->v[line->n++] = (char *)(uintptr_t)call->command;
	/* For help, the runtime gets nothing that it could start. */
	if (call->ends_early)
		return put_word(line, call->ends_early->name, NULL);
	if (put_level(line, call->local, call->n_local, new, change->keep_cap) < 0 ||
	    (change->config && put_pair(line, "config", change->config) < 0) ||
	    (change->process && put_pair(line, "process", change->process) < 0) ||
	    (change->images && put_pair(line, "image-path", change->images) < 0) ||
	    (change->no_new_privs && put_word(line, "no-new-privs", NULL) < 0))
		return CAPGATE_ENOMEM;
	if (call->n_operands > 0)
		line->v[line->n++] = separator;
	for (size_t i = 0; i < call->n_operands; i++)
		line->v[line->n++] = call->operands[i];
	return 0;
}

int runtime_argv_build(const struct runtime_call *call, const char *path,
		       const struct runtime_change *change, struct capgate_arena *arena,
		       char ***ret, struct capgate_error *err)
{
	/* path, command, --, four replaced options of two words and one more, or
	 * --help, NULL */
	size_t most = 2 * (call->n_global + call->n_local) + call->n_operands + 14;
	struct line line = {.arena = arena, .v = capgate_arena_alloc(arena, most * sizeof(char *))};
	char *first;

	if (!line.v)
		return capgate_fail_memory(err);
	first = capgate_arena_alloc(arena, strlen(path) + 1);
	if (!first)
		return capgate_fail_memory(err);
	line.v[line.n++] = strcpy(first, path);
	if (put_all(&line, call, change) < 0)
		return capgate_fail_memory(err);
	*ret = line.v;
	return 0;
}

int runtime_argv_caps(const struct runtime_call *call, struct capgate_arena *arena,
		      struct capgate_text **ret, size_t *n, struct capgate_error *err)
{
	struct capgate_text *caps = capgate_arena_alloc(arena, (call->n_local + 1) * sizeof(*caps));

	*n = 0;
	if (!caps)
		return capgate_fail_memory(err);
	for (size_t i = 0; i < call->n_local; i++)
		if (call->local[i].option->means == MEANS_CAP)
			caps[(*n)++] = capgate_text_of(call->local[i].value);
	*ret = caps;
	return 0;
}
