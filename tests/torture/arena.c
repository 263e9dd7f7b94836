/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation fails once: for each file named, as a configuration, as a
 * process object, as a state, as a policy and as inspect's output, the arena
 * refuses its first allocation, then its second, and so on.
 *
 *	arena FILE...
 *
 * What must hold: an error of memory and a refusal, or, where a smaller answer
 * is honest, the answer of an undisturbed run; never a verdict that is milder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "capgate.h"

#define TEXT_MAX ((size_t)1 << 20)
/* No case needs more; a loop that never ends is a failure. */
#define ALLOCATIONS_MAX 5000

static unsigned char *block;
static size_t block_size, tried, bad;
static const char *file;

static void broken(const char *what, size_t at)
{
	printf("not ok %s: allocation %zu: %s\n", file, at, what);
	bad++;
}

static struct capgate_arena fresh(size_t fail_at)
{
	struct capgate_arena arena;

	capgate_arena_init(&arena, block, block_size);
	arena.fail_at = fail_at;
	return arena;
}

struct decision {
	enum capgate_verdict verdict;
	bool rewritten;
	size_t allocations;
	enum capgate_status code;
	struct capgate_text out;
};

/* The straight line of the hook. */
static struct decision decide(struct capgate_text text, enum capgate_kind kind, size_t fail_at)
{
	struct capgate_arena arena = fresh(fail_at);
	struct capgate_report report = {0};
	struct capgate_spec spec = {0};
	struct capgate_policy policy;
	struct capgate_error err = {0};
	struct decision d = {CAPGATE_REFUSE};

	capgate_policy_init(&policy);
	capgate_assess(text, kind, &policy, &arena, &spec, &report);
	d.verdict = report.verdict;
	d.code = report.error.code;
	if (report.verdict == CAPGATE_STRIP) {
		d.code = CAPGATE_OK;
		d.rewritten = capgate_rewrite(&spec, &report, &policy, &arena, &d.out, &err) == 0;
		if (!d.rewritten)
			d.code = err.code;
	}
	d.allocations = arena.allocations;
	return d;
}

static void torture_spec(struct capgate_text text, enum capgate_kind kind)
{
	struct decision calm = decide(text, kind, 0);
	char *kept = malloc(calm.out.len + 1);

	if (!kept)
		exit(2);
	/* The next run writes over the arena. */
	if (calm.rewritten)
		memcpy(kept, calm.out.p, calm.out.len);
	for (size_t at = 1; at <= calm.allocations && at < ALLOCATIONS_MAX; at++) {
		struct decision d = decide(text, kind, at);

		tried++;
		if (d.verdict > calm.verdict)
			broken("a milder verdict", at);
		else if (calm.verdict != CAPGATE_REFUSE && d.code != CAPGATE_ENOMEM)
			broken("no error of memory", at);
		else if (d.rewritten)
			broken("rewritten all the same", at);
	}
	if (calm.allocations >= ALLOCATIONS_MAX)
		broken("too many allocations", calm.allocations);
	free(kept);
}

static void torture_state(struct capgate_text text)
{
	for (size_t at = 1, all = 1; at <= all && at < ALLOCATIONS_MAX; at++) {
		struct capgate_arena arena = fresh(at);
		struct capgate_state state;
		struct capgate_error err;
		enum capgate_input kind;
		int status = capgate_input_parse(text, &arena, &kind, &state, &err);

		tried++;
		if (arena.allocations >= at && status == 0)
			broken("a state all the same", at);
		all = arena.allocations;
	}
}

static void torture_policy(struct capgate_text text)
{
	for (size_t at = 1, all = 1; at <= all && at < ALLOCATIONS_MAX; at++) {
		struct capgate_arena arena = fresh(at);
		struct capgate_policy policy, before;
		struct capgate_error err;
		int status;

		memset(&policy, 0, sizeof(policy));
		capgate_policy_init(&policy);
		memcpy(&before, &policy, sizeof(policy));
		status = capgate_policy_parse(text, capgate_text_of("p"), &arena, &policy, &err);
		tried++;
		if (arena.allocations >= at && status == 0)
			broken("a policy all the same", at);
		if (status < 0 && memcmp(&before, &policy, sizeof(policy)) != 0)
			broken("a policy changed by half", at);
		all = arena.allocations;
	}
}

static void torture_inspect(struct capgate_text text)
{
	for (size_t at = 1, all = 1; capgate_inspect_is(text) && at <= all && at < ALLOCATIONS_MAX;
	     at++) {
		struct capgate_arena arena = fresh(at);
		struct capgate_inspected *v;
		struct capgate_error err;
		size_t n;

		tried++;
		if (capgate_inspect_parse(text, &arena, &v, &n, &err) == 0 &&
		    arena.allocations >= at)
			broken("an answer all the same", at);
		all = arena.allocations;
	}
}

int main(int argc, char **argv)
{
	static char buf[TEXT_MAX];

	block_size = capgate_arena_for(TEXT_MAX);
	block = mmap(NULL, block_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (block == MAP_FAILED)
		return 2;
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(file = argv[i], "re");
		struct capgate_text text = {buf, 0};

		if (!f)
			return perror(file), 2;
		text.len = fread(buf, 1, sizeof(buf), f);
		fclose(f);
		torture_spec(text, CAPGATE_CONFIG);
		torture_spec(text, CAPGATE_PROCESS);
		torture_state(text);
		torture_policy(text);
		torture_inspect(text);
	}
	printf("%zu failed allocations tried, %zu broke something\n", tried, bad);
	return bad || !tried ? 1 : 0;
}
