/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program for the build: it has libseccomp compile the filter of each duty for each
 * architecture below, and writes the filters as C to standard output.  So a hook loads its
 * filter with one system call.
 *
 * To add an architecture, add a row to architectures.  On an architecture without a row, the
 * program is built as with CPPFLAGS=-DCONFINE_AT_RUN_TIME.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"

static const struct {
	uint32_t token;
	const char *name, *condition;
} architectures[] = {
	{SCMP_ARCH_X86_64, "x86_64", "defined(__x86_64__) && !defined(__ILP32__)"},
	{SCMP_ARCH_AARCH64, "aarch64",
	 "defined(__aarch64__) && defined(__AARCH64EL__) && defined(__LP64__)"},
};

static const char *const duties[] = {
	[CONFINE_JUDGE] = "CONFINE_JUDGE", [CONFINE_KILL] = "CONFINE_KILL",
	[CONFINE_MARK] = "CONFINE_MARK",   [CONFINE_OPEN_TO_MARK] = "CONFINE_OPEN_TO_MARK",
	[CONFINE_OPEN] = "CONFINE_OPEN",   [CONFINE_READ] = "CONFINE_READ",
	[CONFINE_CHECK] = "CONFINE_CHECK", [CONFINE_WRITE] = "CONFINE_WRITE",
	[CONFINE_MAPS] = "CONFINE_MAPS",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void give_up(const char *what, int error)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(error));
	exit(1);
}

static void print(size_t arch, size_t duty)
{
	struct sock_filter program[CONFINE_FILTER_MAX];
	int n = confine_rules_export(architectures[arch].token, (enum confine_duty)duty, program);

	if (n < 0)
		give_up(duties[duty], -n);
	printf("static const struct sock_filter %s_%zu[] = {\n", architectures[arch].name, duty);
	for (int i = 0; i < n; i++)
		printf("\t{0x%02x, %u, %u, 0x%08x},\n", program[i].code, program[i].jt,
		       program[i].jf, program[i].k);
	printf("};\n");
}

static void print_architecture(size_t arch)
{
	printf("#if (%s) || defined(CONFINE_EVERY_FILTER)\n", architectures[arch].condition);
	for (size_t duty = 0; duty < COUNT(duties); duty++)
		print(arch, duty);
	printf("static const struct confine_filter filters_%s[] = {\n", architectures[arch].name);
	for (size_t duty = 0; duty < COUNT(duties); duty++)
		printf("\t[%s] = {%s_%zu, sizeof(%s_%zu) / sizeof(struct sock_filter)},\n",
		       duties[duty], architectures[arch].name, duty, architectures[arch].name,
		       duty);
	printf("};\n#endif\n");
	printf("#if (%s) && !defined(CONFINE_AT_RUN_TIME)\n#define CONFINE_BUILT_IN "
	       "filters_%s\n#endif\n",
	       architectures[arch].condition, architectures[arch].name);
}

int main(void)
{
	printf("/* Written by hook/confine/generate.c; do not edit. */\n"
	       "#ifndef CONFINE_FILTERS_H\n#define CONFINE_FILTERS_H\n"
	       "#include \"hook/confine/confine.h\"\n#include \"hook/confine/filter.h\"\n");
	for (size_t arch = 0; arch < COUNT(architectures); arch++)
		print_architecture(arch);
	printf("#endif\n");
	if (fflush(stdout) != 0 || ferror(stdout))
		give_up("standard output", errno);
	return 0;
}
