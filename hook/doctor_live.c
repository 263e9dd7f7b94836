/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --live: a real container through podman, asking for what the policy refuses.
 * It needs no image: an empty root file system with the host's /usr in it.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "doctor.h"
#include "scratch.h"
#include "spawn.h"

#define ARGS_MAX 48

struct line {
	const char *argv[ARGS_MAX];
	size_t n;
	char volume[8][64];
};

static void add(struct line *l, const char *word)
{
	if (l->n + 1 < ARGS_MAX)
		l->argv[l->n++] = word;
}

/* The host's programs and libraries: links are copied, directories mounted. */
static void add_host(struct line *l, const char *rootfs)
{
	static const char *const names[] = {"usr", "bin", "sbin", "lib", "lib64", "lib32"};
	char host[32], target[PATH_MAX], link[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct stat st;
		ssize_t n;

		snprintf(host, sizeof(host), "/%s", names[i]);
		if (lstat(host, &st) < 0)
			continue;
		if (S_ISLNK(st.st_mode)) {
			n = readlink(host, target, sizeof(target) - 1);
			snprintf(link, sizeof(link), "%s/%s", rootfs, names[i]);
			target[n > 0 ? n : 0] = '\0';
			if (n > 0 && symlink(target, link) < 0)
				continue;
		} else {
			snprintf(l->volume[i], sizeof(l->volume[i]), "/%s:/%s:ro", names[i], names[i]);
			add(l, "-v");
			add(l, l->volume[i]);
		}
	}
}

/* The union of the sets that the container's own process printed; false when
 * it printed none. */
static bool read_sets(const char *words, unsigned long long *ret)
{
	static const char *const names[] = {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"};
	unsigned long long set;

	*ret = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *at = strstr(words, names[i]);

		if (!at || sscanf(at + 7, "%llx", &set) != 1)
			return false;
		*ret |= set;
	}
	return true;
}

static void judge(struct doctor *d, const struct spawn_result *r, char *words)
{
	const char *name = capgate_cap_info(d->canary)->name;
	unsigned long long held;

	if (read_sets(words, &held)) {
		if (held >> d->canary & 1)
			doctor_say(d, LEVEL_BAD, ENGINE_PODMAN, "live", "a container that asked for %s runs with it\tmend what is marked above", name);
		else
			doctor_say(d, LEVEL_OK, ENGINE_PODMAN, "live", "a container that asked for %s runs without it", name);
		return;
	}
	words[strcspn(words, "\n")] = '\0';
	if (r->status != 0 && strstr(words, WIRING_PROGRAM))
		doctor_say(d, LEVEL_OK, ENGINE_PODMAN, "live", "a container that asked for %s was refused", name);
	else
		doctor_say(d, LEVEL_WARN, ENGINE_PODMAN, "live", "podman could not start a container: %.250s", words);
}

void doctor_live(struct doctor *d)
{
	char dir[64], rootfs[96], words[8192];
	const char *podman = wiring_engine_program(ENGINE_PODMAN), *name;
	struct line l = {.n = 0};
	struct spawn_result r;
	struct capgate_error err;

	if (!podman || !doctor_looks_at(d, ENGINE_PODMAN) || d->canary < 0 || !scratch_make(dir, sizeof(dir))) {
		doctor_say(d, LEVEL_WARN, ENGINE_PODMAN, "live", "not tried: podman is not here, or the policy forbids nothing");
		return;
	}
	name = capgate_cap_info(d->canary)->name;
	snprintf(rootfs, sizeof(rootfs), "%s/rootfs", dir);
	if (mkdir(rootfs, 0755) < 0)
		return;
	add(&l, "env");
	add(&l, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	add(&l, "HOME=/root");
	add(&l, podman);
	add(&l, "run");
	add(&l, "--rm");
	add(&l, "--network=none");
	add(&l, "--cap-add");
	add(&l, name);
	add_host(&l, rootfs);
	add(&l, "--rootfs");
	add(&l, rootfs);
	add(&l, "/bin/cat");
	add(&l, "/proc/self/status");
	if (spawn_run("/usr/bin/env", l.argv, (struct capgate_text){0}, words, sizeof(words), 60, &r, &err) < 0)
		doctor_say(d, LEVEL_WARN, ENGINE_PODMAN, "live", "%.200s", err.msg);
	else
		judge(d, &r, words);
	scratch_remove(dir);
}
