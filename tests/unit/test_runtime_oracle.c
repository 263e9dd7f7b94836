/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random command lines, out of words that matter: where the wrapper lets a line
 * go on, the runtime must read what the wrapper read, in the old line and in the
 * one that is handed on.
 */
#include "unit.h"

#include "argv_oracle.h"
#include "argv_same.h"

static const char *const vocabulary[] = {
	"create",
	"run",
	"restore",
	"exec",
	"state",
	"kill",
	"ID",
	"x",
	"-",
	"--",
	"",
	"=",
	"-=",
	"--=",
	"---",
	"-b",
	"--b",
	"-b=B",
	"-bB",
	"-bundle",
	"--bundle",
	"--bundle=B",
	"-bundle=B",
	"--bundle=",
	"--bun",
	"--bun=B",
	"--bundl",
	"B",
	"/b",
	"-f",
	"-fC",
	"--config",
	"--config=C",
	"--conf",
	"--con",
	"--cons",
	"-p",
	"-pP",
	"-p=P",
	"--process",
	"--process=P",
	"-process",
	"--proc",
	"--process-label",
	"--process-l",
	"P",
	"-c",
	"--cap",
	"--cap=CAP_KILL",
	"-cCAP_KILL",
	"--ca",
	"--c",
	"-c=X",
	"CAP_NET_RAW",
	"-d",
	"-dd",
	"-db",
	"-dbB",
	"-td",
	"-t",
	"-tcX",
	"--tty",
	"--tty=false",
	"-tty",
	"--detach",
	"--detach=false",
	"--detach=x",
	"-d=true",
	"--pid-file",
	"--pid-file=--bundle",
	"--pid",
	"--no-pivot",
	"--no-p",
	"--no",
	"--no-pivot=false",
	"--no-subreaper",
	"--no-new-keyring",
	"--keep",
	"--root",
	"--root=R",
	"--roo",
	"-root",
	"--rootless",
	"--rootl",
	"--log",
	"--log=L",
	"--lo",
	"--log-format",
	"--log-f=json",
	"json",
	"--debug",
	"--debug=false",
	"--systemd-cgroup",
	"--sys",
	"--cgroup-manager",
	"--criu",
	"--log-level",
	"--version",
	"-v",
	"-V",
	"--version=false",
	"--help",
	"-h",
	"-?",
	"--help=false",
	"-help=0",
	"--usage",
	"--us",
	"--unknown",
	"-x",
	"-u",
	"0:0",
	"-e",
	"A=B",
	"-eA=B",
	"-g",
	"--env=A=B",
	"--image-path",
	"--preserve-fds",
	"--preserve-fds=3",
	"-dfC",
	"-?d",
	"-hb",
	/* what urfave/cli v3 trims, steps over, or takes for something else */
	" ",
	" run",
	"run ",
	"\texec",
	"exec\xc2\xa0",
	"\343\200\200create",
	" --debug",
	"--debug ",
	" --",
	"-- ",
	" --process",
	" --bundle=B",
	"--bundle=/x ",
	"-b=/x ",
	" ID",
	"ID ",
	" -",
	"-1",
	"help",
	"h",
	"--pid-file=-x ",
	"--detach=true ",
	"--keep=",
};

#define N_WORDS (sizeof(vocabulary) / sizeof(*vocabulary))

static uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

static unsigned draw(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 20) % n);
}

static size_t doors;

static void one_line(void)
{
	char *argv[16], words[16][24];
	int argc = 0;

	strcpy(words[0], "rt");
	argv[argc++] = words[0];
	for (int n = 1 + (int)draw(9); argc < n;) {
		/* A door is wanted more often than chance would have it. */
		strcpy(words[argc], vocabulary[draw(4) ? draw(N_WORDS) : draw(7)]);
		argv[argc] = words[argc];
		argc++;
	}
	argv[argc] = NULL;
	for (enum runtime_dialect d = DIALECT_RUNC; d <= DIALECT_CRUN; d++) {
		char said[400];
		int outcome = argv_same(d, argc, argv, said, sizeof(said));

		ck_assert_msg(outcome >= 0, "%s", said);
		doors += outcome > 0;
	}
}

START_TEST(the_runtime_reads_what_the_wrapper_read)
{
	for (int i = 0; i < 400000; i++)
		one_line();
	/* that went on, so that something was compared */
	ck_assert_uint_gt(doors, 20000);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("runtime_oracle");
	TCase *c = tcase_create("core");

	tcase_set_timeout(c, 900);
	tcase_add_test(c, the_runtime_reads_what_the_wrapper_read);
	suite_add_tcase(s, c);
	return s;
}
