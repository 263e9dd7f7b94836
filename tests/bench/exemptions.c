/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What exemptions cost, in one process with warm caches:
 *
 *	exemptions [ROUNDS]
 *
 * For policies of more and more exemptions, each with an annotation and a
 * cgroup to match, of which the last one applies: the time to read the file, and
 * what deciding takes longer than without any.  The least of several rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "capgate.h"
#include "lib/base/arena.h"

#define MOST 10000

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void die(const char *what)
{
	fprintf(stderr, "exemptions: %s\n", what);
	exit(2);
}

static struct capgate_text make_policy(int n, char *buf, size_t size)
{
	struct capgate_out out = {buf, size, 0};

	capgate_out_string(&out, "{\"version\":1,\"exemptions\":[");
	for (int i = 1; i <= n; i++)
		capgate_out_format(&out,
				   "%s{\"id\":\"EX-%d\",\"match\":{\"annotations\":{\"io."
				   "kubernetes.pod.namespace\":\"team-%d\"},\"cgroup\":\"*kubepods*"
				   "\"},\"allow\":[\"NET_RAW\"],\"reason\":\"agent of a "
				   "team\",\"owner\":\"netops\",\"expires\":\"2099-12-31\"}",
				   i > 1 ? ",\n" : "", i, i);
	capgate_out_string(&out, "]}");
	if (out.len > out.size)
		die("the policy is too long");
	return (struct capgate_text){buf, out.len};
}

static struct capgate_text make_spec(int n, char *buf, size_t size)
{
	struct capgate_out out = {buf, size, 0};

	capgate_out_format(&out,
			   "{\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"}],"
			   "\"process\":{\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}},"
			   "\"annotations\":{\"a\":\"b\",\"io.kubernetes.pod.namespace\":\"team-"
			   "%d\"},\"linux\":{\"cgroupsPath\":\"/kubepods/pod/x\"}}",
			   n);
	return (struct capgate_text){buf, out.len};
}

struct measured {
	double read, decide;
	size_t bytes;
};

static struct measured measure(int n, int rounds, void *block, size_t block_size)
{
	static char text[4 << 20], buf[512];
	const struct capgate_text policy_text = make_policy(n, text, sizeof(text)),
				  spec_text = make_spec(n, buf, sizeof(buf));
	struct measured best = {1, 1, policy_text.len};

	for (int i = 0; i < rounds; i++) {
		struct capgate_policy policy;
		struct capgate_report report;
		struct capgate_arena arena;
		struct capgate_spec spec;
		struct capgate_error err;
		double start = now(), read, decided;

		capgate_arena_init(&arena, block, block_size);
		capgate_policy_init(&policy);
		if (capgate_policy_parse(policy_text, capgate_text_of("bench"), &arena, &policy,
					 &err) < 0)
			die(err.msg);
		policy.scene.now = 1;
		read = now();
		capgate_assess(spec_text, CAPGATE_CONFIG, &policy, &arena, &spec, &report);
		decided = now();
		if (report.verdict != (n ? CAPGATE_PASS : CAPGATE_STRIP))
			die("the last exemption should apply");
		if (read - start < best.read)
			best.read = read - start;
		if (decided - read < best.decide)
			best.decide = decided - read;
	}
	return best;
}

int main(int argc, char **argv)
{
	const size_t size = capgate_arena_for((size_t)4 << 20);
	void *block = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int rounds = argc > 1 ? atoi(argv[1]) : 200;
	struct measured none;

	if (block == MAP_FAILED || rounds < 1)
		die("no memory, or no rounds");
	none = measure(0, rounds, block, size);
	printf("%-12s %10s %12s %14s %16s\n", "exemptions", "bytes", "to read (us)",
	       "to decide (us)", "of deciding none");
	printf("%-12d %10zu %12.1f %14.1f %16.1f\n", 0, none.bytes, none.read * 1e6,
	       none.decide * 1e6, 1.0);
	for (int n = 10; n <= MOST; n *= 10) {
		struct measured m = measure(n, n < 10000 ? rounds : rounds / 10 + 1, block, size);

		printf("%-12d %10zu %12.1f %14.1f %16.1f\n", n, m.bytes, m.read * 1e6,
		       m.decide * 1e6, m.decide / none.decide);
	}
	return 0;
}
