/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target without a fuzzer:
 *
 *	replay [-g N] [-s SEED] PATH...
 *
 * runs every file (and those in a directory, and one directory further down),
 * then, with -g, N changes of them by gen.c.  Any compiler will do.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

#define FILES_MAX 4096

static struct {
	uint8_t *p;
	size_t len;
} files[FILES_MAX];
static size_t n_files;

/* What broke it is kept, to become a case. */
static const uint8_t *now;
static size_t now_len;

static void keep(int signal_number)
{
	FILE *f = fopen("broken-input", "we");

	if (f) {
		fwrite(now, 1, now_len, f);
		fclose(f);
	}
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void run(const uint8_t *p, size_t n)
{
	now = p;
	now_len = n;
	LLVMFuzzerTestOneInput(p, n);
}

static void run_file(const char *path)
{
	FILE *f = fopen(path, "re");
	uint8_t *p = malloc(FUZZ_TEXT_MAX + 1);
	size_t n;

	if (!f || !p) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	n = fread(p, 1, FUZZ_TEXT_MAX + 1, f);
	fclose(f);
	run(p, n);
	if (n_files < FILES_MAX && n <= FUZZ_TEXT_MAX) {
		files[n_files].p = p;
		files[n_files++].len = n;
	} else {
		free(p);
	}
}

static void run_path(const char *path, int depth)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (stat(path, &st) < 0) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	if (!S_ISDIR(st.st_mode)) {
		run_file(path);
		return;
	}
	dir = depth > 0 ? opendir(path) : NULL;
	while (dir && (entry = readdir(dir))) {
		char below[PATH_MAX];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		run_path(below, depth - 1);
	}
	if (dir)
		closedir(dir);
}

int main(int argc, char **argv)
{
	uint64_t seed = 1;
	long more = 0, ran;
	int opt;

	while ((opt = getopt(argc, argv, "g:s:")) >= 0) {
		if (opt == 'g')
			more = atol(optarg);
		else if (opt == 's')
			seed = strtoull(optarg, NULL, 10);
		else
			return 64;
	}
	signal(SIGABRT, keep);
	signal(SIGSEGV, keep);
	for (; optind < argc; optind++)
		run_path(argv[optind], 2);
	for (ran = 0; ran < more; ran++) {
		static uint8_t buf[8192];
		size_t n = 0;

		if (n_files > 0 && ran % 4) {
			size_t i = (size_t)(seed >> 33) % n_files;

			n = files[i].len < sizeof(buf) ? files[i].len : sizeof(buf);
			memcpy(buf, files[i].p, n);
		}
		for (long i = 0; i <= ran % 3; i++)
			n = gen_mutate(buf, n, sizeof(buf), &seed);
		run(buf, n);
	}
	printf("%s: %zu files, %ld changes of them\n", argv[0], n_files, ran);
	return n_files > 0 ? 0 : 1;
}
