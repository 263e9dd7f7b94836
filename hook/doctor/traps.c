/* SPDX-License-Identifier: Apache-2.0 */
#include "traps.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

#define VERSION(a, b, c) (((a) << 20) + ((b) << 10) + (c))
#define EVER INT_MAX

struct trap {
	const char *name;
	int from, below; /* versions: from <= v < below */
	enum level level;
	const char *text; /* the finding and, after a tab, its cure */
};

static const struct trap traps[] = {
	{"runc", 0, VERSION(1, 0, 0), LEVEL_BAD,
	 "does not run createRuntime hooks: containers start unjudged\tupdate runc, or register "
	 "the stage prestart"},
	{"runc", VERSION(1, 3, 0), EVER, LEVEL_WARN,
	 "gives a container all of its own capabilities when process.capabilities is "
	 "absent\tnothing to do: capgate treats absent as all, and rewrites or refuses"},
	{"crun", 0, VERSION(1, 9, 0), LEVEL_WARN,
	 "ignores the exit status of poststart hooks\tnothing to do: capgate itself kills a "
	 "container that exceeds the policy"},
	{"podman", 0, VERSION(4, 0, 0), LEVEL_WARN,
	 "may not read containers.conf.d\tprove it: capgate doctor --live"},
};

/* The number in "runc version 1.1.5+ds1".  A release candidate is older than its release. */
static int parse_version(const char *words, const char *name)
{
	size_t n = strlen(name);
	int a = 0, b = 0, c = 0, used = 0;

	if (strncmp(words, name, n) != 0 || strncmp(words + n, " version ", 9) != 0 ||
	    sscanf(words + n + 9, "%5d.%5d.%5d%n", &a, &b, &c, &used) < 2)
		return -1;
	if (used && strncmp(words + n + 9 + used, "-rc", 3) == 0)
		return VERSION(a, b, c) - 1;
	return VERSION(a, b, c);
}

static void check_version(struct doctor *d, int engine, const char *name, const char *path)
{
	const char *argv[] = {path, "--version", NULL};
	struct spawn_result r;
	struct capgate_error err;
	char words[512];
	int version;

	if (spawn_run(path, argv, (struct capgate_text){0}, words, sizeof(words), 10, &r, &err) <
		    0 ||
	    r.status != 0)
		return; /* a program that does not run makes no containers */
	version = parse_version(words, name);
	words[strcspn(words, "\n")] = '\0';
	for (size_t i = 0; version >= 0 && i < COUNT(traps); i++)
		if (strcmp(traps[i].name, name) == 0 && version >= traps[i].from &&
		    version < traps[i].below)
			doctor_say(d, traps[i].level, engine, "trap", "%s (%.60s) %s", path, words,
				   traps[i].text);
}

static void check_runtimes(struct doctor *d)
{
	static const char *const places[] = {"/usr/bin/runc",       "/usr/sbin/runc",
					     "/usr/local/bin/runc", "/usr/local/sbin/runc",
					     "/usr/bin/crun",       "/usr/local/bin/crun"};
	char real[6][PATH_MAX];

	for (size_t i = 0; i < COUNT(places); i++) {
		bool seen = false;

		if (!realpath(places[i], real[i]))
			real[i][0] = '\0';
		for (size_t j = 0; j < i; j++)
			seen |= strcmp(real[i], real[j]) == 0;
		if (real[i][0] && !seen && access(real[i], X_OK) == 0)
			check_version(d, NENGINES, strrchr(places[i], '/') + 1, places[i]);
	}
	if (doctor_looks_at(d, ENGINE_PODMAN) && wiring_engine_program(ENGINE_PODMAN))
		check_version(d, ENGINE_PODMAN, "podman", wiring_engine_program(ENGINE_PODMAN));
}

void doctor_traps(struct doctor *d)
{
	check_runtimes(d);
	doctor_daemons(d);
}
