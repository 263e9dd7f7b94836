/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines of runc and crun, a word a line: what is handed on is read again
 * as the same call, and handing it on again changes nothing. */
#include "../../hook/runtime_argv.h"
#include "fuzz.h"

#define WORDS_MAX 64

static size_t split(char *p, size_t size, char **words)
{
	static char name[] = "runtime";
	size_t n = 0;

	words[n++] = name;
	for (char *end = p + size; p < end && n < WORDS_MAX - 1;) {
		char *stop = memchr(p, '\n', (size_t)(end - p));

		if (!stop)
			stop = end;
		*stop = '\0';
		words[n++] = p;
		p = stop + 1;
	}
	words[n] = NULL;
	return n;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void once(enum runtime_dialect dialect, int n, char **words)
{
	struct runtime_change none = {0};
	struct runtime_call call = {0}, again = {0};
	struct capgate_arena arena;
	struct capgate_error err;
	char **out, **twice;
	int m = 0;

	fuzz_arena(&arena);
	if (runtime_argv_parse(dialect, n, words, &arena, &call, &err) < 0) {
		MUST(err.code < 0 && err.msg[0]);
		return;
	}
	if (call.door == DOOR_NONE || call.ends_early)
		return;
	MUST(runtime_argv_build(&call, "runtime", &none, &arena, &out, &err) == 0);
	while (out[m])
		m++;
	MUST(runtime_argv_parse(dialect, m, out, &arena, &again, &err) == 0);
	MUST(again.door == call.door && again.n_operands == call.n_operands && !again.ends_early);
	for (int i = 0; i < NMEANINGS; i++)
		MUST(same(call.value[i], again.value[i]));
	for (size_t i = 0; i < call.n_operands; i++)
		MUST(same(call.operands[i], again.operands[i]));
	MUST(runtime_argv_build(&again, "runtime", &none, &arena, &twice, &err) == 0);
	for (int i = 0; i <= m; i++)
		MUST(same(out[i], twice[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum runtime_dialect dialects[] = {DIALECT_RUNC, DIALECT_CRUN};

	if (size > 4096)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		char *words[WORDS_MAX], *p = malloc(size + 1);
		size_t n;

		MUST(p);
		if (size)
			memcpy(p, data, size);
		p[size] = '\0';
		n = split(p, size, words);
		once(dialects[i], (int)n, words);
		free(p);
	}
	return 0;
}
