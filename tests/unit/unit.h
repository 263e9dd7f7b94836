/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test program shares: main(), and counting for CI. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Each test program defines its suite. */
Suite *suite(void);

int main(void)
{
	SRunner *runner = srunner_create(suite());
	const char *counts = getenv("CAPGATE_TEST_COUNTS");
	int failed, run;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	run = srunner_ntests_run(runner);
	srunner_free(runner);
	if (counts && *counts) {
		FILE *f = fopen(counts, "a");

		if (!f || fprintf(f, "%d %d\n", run - failed, failed) < 0 || fclose(f) != 0)
			return EXIT_FAILURE;
	}
	return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
