/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor_traps.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spawn.h"

#define VERSION(a, b, c) (((a) << 20) + ((b) << 10) + (c))
#define EVER INT_MAX

struct trap {
	const char *name;
	int from, below; /* versions: from <= v < below */
	enum level level;
	const char *text; /* and the cure, behind a tab */
};

static const struct trap traps[] = {
	{"runc", 0, VERSION(1, 0, 0), LEVEL_BAD,
	 "does not run createRuntime hooks: containers start unjudged\tupdate runc, or register the stage prestart"},
	{"runc", VERSION(1, 3, 0), EVER, LEVEL_WARN,
	 "gives a container all of its own capabilities when process.capabilities is absent\t"
	 "nothing to do: capgate counts absent as all, and rewrites or refuses it"},
	{"crun", 0, VERSION(1, 9, 0), LEVEL_WARN,
	 "does not heed the exit status of poststart hooks\tnothing to do: capgate kills what exceeds the policy itself"},
	{"podman", 0, VERSION(4, 0, 0), LEVEL_WARN,
	 "may not read containers.conf.d\tprove it: capgate doctor --live"},
};

/* "runc version 1.1.5+ds1" -> name, number.  A release candidate is older than
 * its release. */
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

	if (spawn_run(path, argv, (struct capgate_text){0}, words, sizeof(words), 10, &r, &err) < 0 || r.status != 0)
		return; /* what cannot run makes no containers */
	version = parse_version(words, name);
	words[strcspn(words, "\n")] = '\0';
	for (size_t i = 0; version >= 0 && i < sizeof(traps) / sizeof(*traps); i++)
		if (strcmp(traps[i].name, name) == 0 && version >= traps[i].from && version < traps[i].below)
			doctor_say(d, traps[i].level, engine, "trap", "%s (%.60s) %s", path, words, traps[i].text);
}

static void check_runtimes(struct doctor *d)
{
	static const char *const places[] = {"/usr/bin/runc", "/usr/sbin/runc", "/usr/local/bin/runc", "/usr/local/sbin/runc",
					     "/usr/bin/crun", "/usr/local/bin/crun"};
	char real[6][PATH_MAX];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
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

/* ---- A runtime that cannot take capabilities away ----------------------------------- */

static bool read_at(int dir, const char *pid, const char *name, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%.20s/%s", pid, name);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* Without SETPCAP in its bounding set a runtime cannot drop from a container's. */
static void check_setpcap(struct doctor *d, int engine, const char *pid)
{
	unsigned long long bounding;
	char status[4096];
	const char *line;

	if (!read_at(d->proc, pid, "status", status, sizeof(status)))
		return;
	line = strstr(status, "\nCapBnd:");
	if (line && sscanf(line + 8, "%llx", &bounding) == 1 && !(bounding >> CAPGATE_CAP_SETPCAP & 1))
		doctor_say(d, LEVEL_WARN, engine, "trap-setpcap",
			   "process %.20s runs without CAP_SETPCAP: its runtime cannot take capabilities out of a container's bounding "
			   "set\tstart it with that capability", pid);
}

static void check_daemons(struct doctor *d)
{
	static const struct {
		const char *name;
		enum engine engine;
	} daemons[] = {{"dockerd", ENGINE_DOCKER}, {"containerd", ENGINE_CONTAINERD}, {"crio", ENGINE_CRIO}};
	int fd = d->proc < 0 ? -1 : openat(d->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	char comm[64];

	while (dir && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]) || !read_at(d->proc, entry->d_name, "comm", comm, sizeof(comm)))
			continue;
		comm[strcspn(comm, "\n")] = '\0';
		for (size_t i = 0; i < sizeof(daemons) / sizeof(*daemons); i++)
			if (strcmp(comm, daemons[i].name) == 0 && doctor_looks_at(d, daemons[i].engine))
				check_setpcap(d, daemons[i].engine, entry->d_name);
	}
	if (dir)
		closedir(dir);
}

void doctor_traps(struct doctor *d)
{
	check_runtimes(d);
	if (d->proc >= 0 && doctor_looks_at(d, ENGINE_PODMAN) && geteuid() == 0)
		check_setpcap(d, ENGINE_PODMAN, "self");
	if (!d->other_root)
		check_daemons(d);
}
