/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Megabytes a second in one process, caches warm:
 *
 *	throughput FILE [SECONDS]
 *
 * yajl alone (callbacks that do nothing), yajl's own reformatter (parse and
 * generate, as its json_reformat does), capgate_spec_parse(),
 * capgate_assess() and the whole of judge, rewrite and judge again.  All of
 * them in turn, several times; the best of each counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

#include "capgate.h"
#include "lib/base/arena.h"
#include "lib/json/read.h"

static struct capgate_text text;
static void *block;
static size_t block_size;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void die(const char *what)
{
	fprintf(stderr, "throughput: %s\n", what);
	exit(2);
}

/* ---- yajl alone ------------------------------------------------------------ */

static int yes0(void *c) { (void)c; return 1; }
static int yes_bool(void *c, int b) { (void)c; (void)b; return 1; }
static int yes_text(void *c, const unsigned char *s, size_t n)
{
	(void)c;
	(void)s;
	(void)n;
	return 1;
}
static int yes_number(void *c, const char *s, size_t n) { (void)c; (void)s; (void)n; return 1; }

static void yajl_alone(void)
{
	static const yajl_callbacks none = {yes0, yes_bool, NULL, NULL, yes_number, yes_text,
					    yes0, yes_text, yes0, yes0, yes0};
	yajl_handle h = yajl_alloc(&none, NULL, NULL);

	if (yajl_parse(h, (const unsigned char *)text.p, text.len) != yajl_status_ok ||
	    yajl_complete_parse(h) != yajl_status_ok)
		die("yajl does not take it");
	yajl_free(h);
}

static int g_null(void *g) { return yajl_gen_null(g) == yajl_gen_status_ok; }
static int g_bool(void *g, int b) { return yajl_gen_bool(g, b) == yajl_gen_status_ok; }
static int g_number(void *g, const char *s, size_t n)
{
	return yajl_gen_number(g, s, n) == yajl_gen_status_ok;
}
static int g_text(void *g, const unsigned char *s, size_t n)
{
	return yajl_gen_string(g, s, n) == yajl_gen_status_ok;
}
static int g_map(void *g) { return yajl_gen_map_open(g) == yajl_gen_status_ok; }
static int g_unmap(void *g) { return yajl_gen_map_close(g) == yajl_gen_status_ok; }
static int g_array(void *g) { return yajl_gen_array_open(g) == yajl_gen_status_ok; }
static int g_unarray(void *g) { return yajl_gen_array_close(g) == yajl_gen_status_ok; }

static void yajl_reformat(void)
{
	static const yajl_callbacks all = {g_null, g_bool, NULL,    NULL,    g_number, g_text,
					   g_map,  g_text, g_unmap, g_array, g_unarray};
	yajl_gen g = yajl_gen_alloc(NULL);
	yajl_handle h = yajl_alloc(&all, NULL, g);

	if (yajl_parse(h, (const unsigned char *)text.p, text.len) != yajl_status_ok ||
	    yajl_complete_parse(h) != yajl_status_ok)
		die("yajl does not take it");
	yajl_free(h);
	yajl_gen_free(g);
}

/* ---- capgate ---------------------------------------------------------------- */

static int nothing(void *user, const struct capgate_json_event *event)
{
	(void)user;
	(void)event;
	return 0;
}

static void json_events(void)
{
	struct capgate_arena arena;
	struct capgate_error err;

	capgate_arena_init(&arena, block, block_size);
	if (capgate_json_parse(text, (struct capgate_json_options){0}, &arena, nothing, NULL,
			       &err) < 0)
		die(err.msg);
}

static void parse(void)
{
	struct capgate_arena arena;
	struct capgate_spec spec;
	struct capgate_error err;

	capgate_arena_init(&arena, block, block_size);
	if (capgate_spec_parse(text, CAPGATE_CONFIG, &arena, &spec, &err) < 0)
		die(err.msg);
}

static size_t used;

static void judge_and_rewrite(bool rewrite)
{
	struct capgate_report report = {0};
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_spec spec;
	struct capgate_error err;
	struct capgate_text out;

	capgate_policy_init(&policy);
	capgate_arena_init(&arena, block, block_size);
	capgate_assess(text, CAPGATE_CONFIG, &policy, &arena, &spec, &report);
	if (report.verdict != CAPGATE_STRIP)
		die("it should need a rewrite");
	if (rewrite && capgate_rewrite(&spec, &report, &policy, &arena, &out, &err) < 0)
		die(err.msg);
	used = arena.used;
}

static void assess(void)
{
	judge_and_rewrite(false);
}

static void rewrite(void)
{
	judge_and_rewrite(true);
}

static const struct {
	const char *name;
	void (*run)(void);
} rows[] = {
	{"yajl, empty callbacks", yajl_alone},
	{"yajl's reformatter", yajl_reformat},
	{"strict JSON with spans", json_events},
	{"capgate_spec_parse", parse},
	{"capgate_assess", assess},
	{"assess, rewrite, assess again", rewrite},
};
#define NROWS (sizeof(rows) / sizeof(*rows))

int main(int argc, char **argv)
{
	double best[NROWS], slice = (argc > 2 ? atof(argv[2]) : 2.0) / (double)(NROWS * 5);
	FILE *f = argc > 1 ? fopen(argv[1], "re") : NULL;
	struct stat st;
	char *p;

	if (!f || fstat(fileno(f), &st) < 0 || !(p = malloc((size_t)st.st_size + 1)))
		die("usage: throughput FILE [SECONDS]");
	text = (struct capgate_text){p, fread(p, 1, (size_t)st.st_size, f)};
	fclose(f);
	block_size = capgate_arena_for(text.len);
	block = mmap(NULL, block_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (block == MAP_FAILED)
		die("memory");
	for (size_t i = 0; i < NROWS; i++)
		best[i] = 1e9;
	for (int round = 0; round < 5; round++) {
		for (size_t i = 0; i < NROWS; i++) {
			double start = now(), end = start;

			while (end - start < slice) {
				double before = now();

				rows[i].run();
				end = now();
				if (end - before < best[i])
					best[i] = end - before;
			}
		}
	}
	for (size_t i = 0; i < NROWS; i++)
		printf("%-32s %9.1f us %8.1f MB/s %6.2f of yajl's reformatter\n", rows[i].name,
		       best[i] * 1e6, (double)text.len / best[i] / 1e6, best[1] / best[i]);
	printf("%-32s %9zu KiB of arena, %.1f times the text\n", "", used >> 10,
	       (double)used / (double)text.len);
	return 0;
}
