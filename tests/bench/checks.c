/* SPDX-License-Identifier: Apache-2.0 */
/* Prints how many nanoseconds one capability check takes, as the median of batches: a system
 * call that asks for CAP_SETPCAP and then does nothing, because there is no capability 63. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#define BATCHES 101
#define CHECKS 10000

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	static long taken[BATCHES];

	for (int batch = 0; batch < BATCHES; batch++) {
		const long began = now();

		for (int i = 0; i < CHECKS; i++)
			prctl(PR_CAPBSET_DROP, 63, 0, 0, 0);
		taken[batch] = now() - began;
	}
	qsort(taken, BATCHES, sizeof(*taken), compare);
	printf("%.1f\n", (double)taken[BATCHES / 2] / CHECKS);
	return 0;
}
