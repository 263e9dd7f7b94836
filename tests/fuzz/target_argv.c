/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper's command line: a word a line, the first byte choosing the
 * runtime.  What goes on is read by the runtime as it was judged. */
#include "fuzz.h"

#include "../unit/argv_same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "rt";
	char *argv[ORACLE_WORDS], *text, said[2000];
	int argc = 0;

	if (size < 2 || size > 4000)
		return 0;
	text = malloc(size);
	MUST(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	argv[argc++] = name;
	for (char *p = text; p && argc < ORACLE_WORDS / 2; argc++) {
		char *end = strchr(p, '\n');

		if (end)
			*end++ = '\0';
		argv[argc] = p;
		p = end;
	}
	argv[argc] = NULL;
	if (argv_same(data[0] & 1 ? DIALECT_CRUN : DIALECT_RUNC, argc, argv, said, sizeof(said)) <
	    0) {
		fprintf(stderr, "%s\n", said);
		abort();
	}
	free(text);
	return 0;
}
