/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every unit test program shares: main(), one test alone, and a time limit that
 * only what hangs reaches.  tests/unit.sh counts what check prints.
 */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each test program defines its suite. */
Suite *suite(void);

/* Is this test asked for?  ONLY has words of its name; a blank stands for "_". */
static inline int unit_wanted(const char *test)
{
	const char *only = getenv("ONLY");
	char words[256];
	size_t n = 0;

	for (; only && only[n] && n + 1 < sizeof(words); n++)
		words[n] = only[n] == ' ' ? '_' : only[n];
	words[n] = '\0';
	return strstr(test, words) != NULL;
}

#undef tcase_add_test
#define tcase_add_test(tcase, test) tcase_add_loop_test(tcase, test, 0, 1)
#undef tcase_add_loop_test
#define tcase_add_loop_test(tcase, test, start, end)                                              \
	do {                                                                                      \
		if (unit_wanted(#test))                                                           \
			_tcase_add_test(tcase, test, 0, 0, start, end);                           \
	} while (0)

int main(void)
{
	SRunner *runner;
	int failed, run;

	/* Under sanitizers, on a busy machine, four seconds are nothing. */
	setenv("CK_DEFAULT_TIMEOUT", "900", 0);
	runner = srunner_create(suite());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	run = srunner_ntests_run(runner);
	srunner_free(runner);
	return failed == 0 && (run > 0 || getenv("ONLY")) ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
