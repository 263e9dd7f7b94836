/* SPDX-License-Identifier: Apache-2.0 */
/* capgate-learn: the program that traces in the kernel. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "record.h"
#include "serve.h"
#include "settings.h"

static const char help[] =
	"usage: capgate-learn record [--stop]\n"
	"\n"
	"record         start to count in the kernel which capabilities marked\n"
	"               containers use; no process keeps running\n"
	"record --stop  stop counting; counts that nobody has read yet are lost\n"
	"--version      print the version, which must be the same as capgate's\n"
	"\n"
	"capgate learn starts this program itself (--backend bpf).\n"
	"Manual: capgate-learn(1).\n";

static int show(const char *words)
{
	struct capgate_error err;

	if (io_write_all(STDOUT_FILENO, capgate_text_of(words), &err) == 0)
		return STATUS_OK;
	io_say_error("capgate-learn", &err);
	return STATUS_SYSTEM;
}

static int usage(void)
{
	io_say("capgate-learn: wrong arguments; see: capgate-learn --help");
	return STATUS_USAGE;
}

/* Runs "trace ROWS OUTSIDE", which capgate starts. */
static int trace(char **words)
{
	char *end[2];
	unsigned long rows = strtoul(words[0], &end[0], 10);
	unsigned long long outside = strtoull(words[1], &end[1], 10);

	if (*end[0] || *end[1] || rows == 0 || rows > 65536 * 64)
		return usage();
	return serve((unsigned)rows, outside);
}

int main(int argc, char **argv)
{
	if (signals_settle() < 0)
		return STATUS_SYSTEM;
	umask(077);
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return show("capgate-learn " CAPGATE_VERSION "\n");
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return show(help);
	if (argc == 2 && strcmp(argv[1], "record") == 0)
		return record_begin();
	if (argc == 3 && strcmp(argv[1], "record") == 0 && strcmp(argv[2], "--stop") == 0)
		return record_end();
	if (argc == 4 && strcmp(argv[1], "trace") == 0)
		return trace(argv + 2);
	return usage();
}
