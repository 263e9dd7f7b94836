/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engines' daemons as they run: may they take capabilities away, do they
 * read the files that configure wrote, and have they read them since?
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"
#include "traps.h"

static const struct daemon {
	const char *comm;
	enum engine engine;
	const char *file;	 /* that is read at its start */
	const char *drop_in;	 /* NULL: none */
	const char *option[2];	 /* names another file */
	bool reloads;		 /* its start says nothing about what it has read */
} daemons[] = {
	{"dockerd", ENGINE_DOCKER, WIRING_DOCKER_JSON, NULL, {"--config-file", NULL}, true},
	{"containerd",
	 ENGINE_CONTAINERD,
	 WIRING_CONTAINERD_TOML,
	 WIRING_CONTAINERD_DROPIN,
	 {"--config", "-c"},
	 false},
	{"crio",
	 ENGINE_CRIO,
	 CAPGATE_SYSCONFDIR "/crio/crio.conf",
	 WIRING_CRIO_CONF,
	 {"--config", "-c"},
	 false},
};

/* Bytes of /proc/PID/NAME, NUL-ended; 0: there are none. */
static size_t read_at(int proc, const char *pid, const char *name, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	buf[0] = '\0';
	snprintf(path, sizeof(path), "%.20s/%s", pid, name);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
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
	if (line && sscanf(line + 8, "%llx", &bounding) == 1 &&
	    !(bounding >> CAPGATE_CAP_SETPCAP & 1))
		doctor_say(d, LEVEL_WARN, engine, "trap-setpcap",
			   "process %.20s runs without CAP_SETPCAP: its runtime cannot take "
			   "capabilities out of a container's bounding set\tstart it with that "
			   "capability",
			   pid);
}

/* In another mount namespace it has other files: a container's, or a test's. */
static bool sees_our_files(const struct doctor *d, const char *pid)
{
	char path[64];
	struct stat a, b;

	snprintf(path, sizeof(path), "%.20s/ns/mnt", pid);
	return fstatat(d->proc, path, &a, 0) == 0 && fstatat(d->proc, "self/ns/mnt", &b, 0) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The value of one of two options on a command line, "-o v" or "-o=v"; NULL. */
static const char *option_of(const char *const option[2], const char *cmdline, size_t len)
{
	for (const char *word = cmdline; word < cmdline + len; word += strlen(word) + 1)
		for (size_t i = 0; i < 2 && option[i]; i++) {
			size_t n = strlen(option[i]);

			if (strncmp(word, option[i], n) != 0)
				continue;
			if (word[n] == '=')
				return word + n + 1;
			if (word[n] == '\0' && word + n + 1 < cmdline + len)
				return word + n + 1;
		}
	return NULL;
}

/* It is said, and true is returned, when the daemon reads another file. */
static bool reads_another(struct doctor *d, const struct daemon *daemon, const char *pid)
{
	char cmdline[4096] = "";
	size_t len = read_at(d->proc, pid, "cmdline", cmdline, sizeof(cmdline));
	const char *file = option_of(daemon->option, cmdline, len);

	if (!file || strcmp(file, daemon->file) == 0)
		return false;
	/* dockerd's own containerd: its containers are judged through daemon.json. */
	if (strncmp(file, "/run/docker/", 12) != 0 && strncmp(file, "/var/run/docker/", 16) != 0)
		doctor_say(d, LEVEL_BAD, (int)daemon->engine, "engine-file",
			   "%s (process %.20s) reads %.150s, not %s\tstart it without %s, or write "
			   "there what capgate configure writes",
			   daemon->comm, pid, file, daemon->file, daemon->option[0]);
	return true;
}

/* Hooks and the wrapper ask no process where Docker keeps its containers: a data-root
 * that daemon.json does not name has images that nobody knows. */
static void check_data_root(struct doctor *d, enum engine e, const char *pid)
{
	static const char *const option[2] = {"--data-root", "--graph"};
	static struct daemonjson daemon;
	char cmdline[4096] = "";
	size_t len = read_at(d->proc, pid, "cmdline", cmdline, sizeof(cmdline));
	const char *root = option_of(option, cmdline, len);
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, WIRING_DOCKER_JSON, &missing);

	if (e != ENGINE_DOCKER || !root || strcmp(root, "/var/lib/docker") == 0 ||
	    (text.p && daemonjson_parse(text, &d->arena, &daemon, &err) == 0 &&
	     capgate_text_is(daemon.data_root, root)))
		return;
	doctor_say(d, LEVEL_WARN, (int)e, "data-root",
		   "dockerd (process %.20s) keeps its containers in %.150s, by an option: their "
		   "images are not known, and exemptions by image do not count\t"
		   "write \"data-root\" into " WIRING_DOCKER_JSON " in place of %s",
		   pid, root, option[0]);
}

/* Seconds since the epoch; 0: not known.  proc(5), stat, field 22. */
static double started_at(const struct doctor *d, const char *pid)
{
	struct timespec wall, boot;
	unsigned long long ticks;
	char stat[1024];
	const char *at;

	if (!read_at(d->proc, pid, "stat", stat, sizeof(stat)))
		return 0;
	at = strrchr(stat, ')'); /* the name before it may hold anything */
	if (!at || sscanf(at + 1,
			  " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
			  "%*d %*d %llu",
			  &ticks) != 1)
		return 0;
	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (double)(wall.tv_sec - boot.tv_sec) + (double)(wall.tv_nsec - boot.tv_nsec) / 1e9 +
	       (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static double written(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0
		       ? (double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec / 1e9
		       : 0;
}

/* A tick is 10 ms: what was written just before the start is not after it. */
#define TICK 0.05

static void check_restarted(struct doctor *d, const struct daemon *daemon, const char *pid)
{
	double start = daemon->reloads ? 0 : started_at(d, pid);
	const char *file =
		written(daemon->drop_in) > written(daemon->file) ? daemon->drop_in : daemon->file;

	if (start > 0 && written(file) > start + TICK)
		doctor_say(d, LEVEL_BAD, (int)daemon->engine, "engine-stale",
			   "%s (process %.20s) was started before %s was last written, and has not "
			   "read it\tsystemctl restart %s",
			   daemon->comm, pid, file, daemon->comm);
}

/* CRI-O's configuration has the path of what it runs. */
static void check_runc(struct doctor *d, enum engine e, const char *pid)
{
	static char variables[32 << 10];
	size_t len = read_at(d->proc, pid, "environ", variables, sizeof(variables));

	if (len && e != ENGINE_CRIO && sees_our_files(d, pid))
		doctor_closed_process(d, e, pid, variables, len);
}

static void check_one(struct doctor *d, const char *pid)
{
	char comm[64];

	if (!read_at(d->proc, pid, "comm", comm, sizeof(comm)))
		return;
	comm[strcspn(comm, "\n")] = '\0';
	for (size_t i = 0; i < COUNT(daemons); i++) {
		if (strcmp(comm, daemons[i].comm) != 0 || !doctor_looks_at(d, daemons[i].engine))
			continue;
		check_setpcap(d, (int)daemons[i].engine, pid);
		check_runc(d, daemons[i].engine, pid);
		if (sees_our_files(d, pid))
			check_data_root(d, daemons[i].engine, pid);
		if (sees_our_files(d, pid) && !reads_another(d, &daemons[i], pid))
			check_restarted(d, &daemons[i], pid);
	}
}

void doctor_daemons(struct doctor *d)
{
	int fd = d->proc < 0 ? -1 : openat(d->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	/* podman has no daemon: it is whoever calls it. */
	if (fd >= 0 && doctor_looks_at(d, ENGINE_PODMAN) && geteuid() == 0)
		check_setpcap(d, ENGINE_PODMAN, "self");
	/* What runs here does not belong to another root. */
	while (dir && !d->other_root && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			check_one(d, entry->d_name);
	if (dir)
		closedir(dir);
}
