/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole-process time of several commands on the same input, in one run.
 *
 *	bench ROUNDS INPUT LIST
 *
 * LIST has a line for each command: NAME<TAB>RARELY<TAB>PROGRAM<TAB>ARGUMENT...; the
 * first is what the others are divided by, in the same round.  RARELY is how
 * many rounds go by for each run of a slow one.  Standard input is INPUT,
 * standard output /dev/null.  Prints the least (what it costs when nothing
 * disturbs it), medians and quartiles; with BENCH_TSV in the environment, for
 * measure.py, NAME<TAB>LEAST<TAB>MEDIAN<TAB>RATIO<TAB>PEAK<TAB>FAULTS, in seconds and KiB.
 *
 * Linked statically, for the kernel counts the largest memory of a process
 * from before its execve: this program must be smaller than what it measures.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 16
#define ARGS_MAX 16

struct contender {
	char *name, *argv[ARGS_MAX + 1];
	int rarely, n;
	double *seconds, *ratio;
	long max_kib;
	long faults;
};

static void fail(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(2);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* vfork: the cost of copying our page tables is not part of it. */
static double run(struct contender *c, const char *input)
{
	int in = open(input, O_RDONLY | O_CLOEXEC), out = open("/dev/null", O_WRONLY | O_CLOEXEC),
	    status;
	struct rusage usage;
	double start, end;
	pid_t pid;

	if (in < 0 || out < 0)
		fail(input);
	start = now();
	pid = vfork();
	if (pid == 0) {
		if (dup2(in, 0) == 0 && dup2(out, 1) == 1)
			execv(c->argv[0], c->argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		fail("wait");
	end = now();
	close(in);
	close(out);
	if (status != 0) {
		fprintf(stderr, "bench: %s ended with status %#x\n", c->name, (unsigned)status);
		exit(2);
	}
	if (usage.ru_maxrss > c->max_kib)
		c->max_kib = usage.ru_maxrss;
	c->faults = usage.ru_minflt;
	return end - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double at(const double *sorted, int n, double part)
{
	return sorted[(int)(part * (n - 1) + 0.5)];
}

static int read_list(const char *path, struct contender *v, int rounds)
{
	FILE *f = fopen(path, "re");
	char line[4096];
	int n = 0;

	if (!f)
		fail(path);
	while (n < COMMANDS_MAX && fgets(line, sizeof(line), f)) {
		int a = 0;
		char *rest = strdup(line), *word;

		if (!rest)
			fail("memory");
		rest[strcspn(rest, "\n")] = '\0';
		v[n].name = strsep(&rest, "\t");
		word = strsep(&rest, "\t");
		v[n].rarely = word ? atoi(word) : 1;
		while (a < ARGS_MAX && (word = strsep(&rest, "\t")))
			v[n].argv[a++] = word;
		v[n].seconds = calloc((size_t)rounds, sizeof(double));
		v[n].ratio = calloc((size_t)rounds, sizeof(double));
		if (!v[n].seconds || !v[n].ratio || v[n].rarely < 1 || a == 0)
			fail(line);
		n++;
	}
	fclose(f);
	return n;
}

int main(int argc, char **argv)
{
	static struct contender v[COMMANDS_MAX];
	struct rusage self;
	int rounds, n;

	if (argc != 4 || (rounds = atoi(argv[1])) < 1)
		return fprintf(stderr, "usage: bench ROUNDS INPUT LIST\n"), 64;
	n = read_list(argv[3], v, rounds);
	for (int i = 0; i < n; i++)
		run(&v[i], argv[2]); /* once to fill the caches */
	for (int r = 0; r < rounds; r++) {
		double first = 0;

		for (int i = 0; i < n; i++) {
			double t;

			if (r % v[i].rarely)
				continue;
			t = run(&v[i], argv[2]);
			if (i == 0)
				first = t;
			v[i].seconds[v[i].n] = t;
			v[i].ratio[v[i].n++] = t / first;
		}
	}
	getrusage(RUSAGE_SELF, &self);
	for (int i = 0; i < n; i++) {
		qsort(v[i].seconds, (size_t)v[i].n, sizeof(double), by_value);
		qsort(v[i].ratio, (size_t)v[i].n, sizeof(double), by_value);
	}
	if (getenv("BENCH_TSV")) {
		for (int i = 0; i < n; i++)
			printf("%s\t%.9f\t%.9f\t%.4f\t%ld\t%ld\n", v[i].name, v[i].seconds[0],
			       at(v[i].seconds, v[i].n, .5), at(v[i].ratio, v[i].n, .5),
			       v[i].max_kib, v[i].faults);
		return 0;
	}
	printf("%-28s %7s %8s %17s %7s %6s %13s %8s %6s\n", "", "least", "median", "quartiles (us)",
	       "of least", "ratio", "quartiles", "peak KiB", "faults");
	for (int i = 0; i < n; i++) {
		struct contender *c = &v[i];

		printf("%-28s %7.0f %8.0f %8.0f-%8.0f %8.2f %6.2f %6.2f-%6.2f %8ld %6ld\n", c->name,
		       c->seconds[0] * 1e6, at(c->seconds, c->n, .5) * 1e6,
		       at(c->seconds, c->n, .25) * 1e6, at(c->seconds, c->n, .75) * 1e6,
		       c->seconds[0] / v[0].seconds[0], at(c->ratio, c->n, .5),
		       at(c->ratio, c->n, .25), at(c->ratio, c->n, .75), c->max_kib, c->faults);
	}
	printf("(%d rounds, interleaved; slow commands in some of them; peaks below %ld KiB are "
	       "the benchmark's own)\n",
	       rounds, self.ru_maxrss);
	return 0;
}
