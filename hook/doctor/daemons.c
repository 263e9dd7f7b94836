/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the running daemons of engines: can they drop capabilities, do they read the files
 * that configure wrote, and did they start after these were written?
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
#include "daemons.h"
#include "traps.h"

static const struct daemon {
	const char *comm;
	enum engine engine;
	const char *file;	 /* the file that it reads at its start */
	const char *drop_in;	 /* NULL if it has none */
	const char *option[2];	 /* options that name another file */
	bool reloads;		 /* it may have read its files after its start */
	const char *unit;	 /* its unit of systemd */
} daemons[] = {
	{"dockerd",
	 ENGINE_DOCKER,
	 WIRING_DOCKER_JSON,
	 NULL,
	 {"--config-file", NULL},
	 true,
	 "docker"},
	{"containerd",
	 ENGINE_CONTAINERD,
	 WIRING_CONTAINERD_TOML,
	 WIRING_CONTAINERD_DROPIN,
	 {"--config", "-c"},
	 false,
	 "containerd"},
	{"crio",
	 ENGINE_CRIO,
	 CAPGATE_SYSCONFDIR "/crio/crio.conf",
	 WIRING_CRIO_CONF,
	 {"--config", "-c"},
	 false,
	 "crio"},
	/* podman system service */
	{"podman", ENGINE_PODMAN, NULL, NULL, {NULL}, true, "podman"},
};

/* Reads /proc/PID/NAME and appends a NUL.  Returns 0 if there is nothing. */
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

/* Without SETPCAP in its own bounding set, a runtime cannot drop any from a container's. */
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
			   "process %.20s runs without CAP_SETPCAP: its runtime cannot remove "
			   "capabilities from a container's bounding set\tstart it with that "
			   "capability",
			   pid);
}

/* A daemon in another mount namespace has other files, for example in a container. */
static bool sees_our_files(const struct doctor *d, const char *pid)
{
	char path[64];
	struct stat a, b;

	snprintf(path, sizeof(path), "%.20s/ns/mnt", pid);
	return fstatat(d->proc, path, &a, 0) == 0 && fstatat(d->proc, "self/ns/mnt", &b, 0) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Is it the file of another daemon?  dockerd's own containerd is checked through daemon.json,
 * and those of distributions are checked under their own names. */
static bool is_anothers(const char *file)
{
	static const char *const dirs[] = {"/run/docker/",    "/var/run/docker/",
					   "/var/lib/rancher/", CAPGATE_SYSCONFDIR "/k0s/",
					   "/run/k0s/",       "/var/snap/microk8s/"};

	for (size_t i = 0; i < COUNT(dirs); i++)
		if (strncmp(file, dirs[i], strlen(dirs[i])) == 0)
			return true;
	return false;
}

/* The file that an option names, or NULL. */
static const char *named_file(const struct daemon *daemon, const struct daemon_words *words)
{
	const char *file = NULL;

	for (size_t i = 0; !file && i < 2 && daemon->option[i]; i++)
		file = daemon_words_last(words, daemon->option[i]);
	return file;
}

/* If the daemon reads another file, reports this and returns true. */
static bool reads_another(struct doctor *d, const struct daemon *daemon,
			  const struct daemon_words *words)
{
	const char *file = named_file(daemon, words);

	if (!file || strcmp(file, daemon->file) == 0)
		return false;
	doctor_say(d, LEVEL_BAD, (int)daemon->engine, "engine-file",
		   "%.100s reads %.150s, not %s\tstart it without %s, or copy what capgate "
		   "configure writes to that file",
		   words->from, file, daemon->file, daemon->option[0]);
	return true;
}

/* When the process started, in seconds since the epoch; 0 if unknown.  proc(5), stat, field 22. */
static double started_at(const struct doctor *d, const char *pid)
{
	struct timespec wall, boot;
	unsigned long long ticks;
	char stat[1024];
	const char *at;

	if (!read_at(d->proc, pid, "stat", stat, sizeof(stat)))
		return 0;
	at = strrchr(stat, ')'); /* the name before it may contain anything */
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

/* The kernel counts ticks of 10 ms, so a file from just before the start may seem newer. */
#define TICK 0.05

static void check_restarted(struct doctor *d, const struct daemon *daemon, const char *pid)
{
	double start = daemon->reloads ? 0 : started_at(d, pid);
	const char *file =
		written(daemon->drop_in) > written(daemon->file) ? daemon->drop_in : daemon->file;

	if (start > 0 && written(file) > start + TICK)
		doctor_say(d, LEVEL_BAD, (int)daemon->engine, "engine-stale",
			   "%s (process %.20s) was started before %s was last changed, and has not "
			   "read it\tsystemctl restart %s",
			   daemon->comm, pid, file, daemon->comm);
}

/* Reads the command line of a process. */
static void read_words(const struct doctor *d, const char *comm, const char *pid,
		       struct daemon_words *ret)
{
	snprintf(ret->from, sizeof(ret->from), "%.60s (process %.20s)", comm, pid);
	ret->len = read_at(d->proc, pid, "cmdline", ret->v, sizeof(ret->v));
}

/* Is it podman system service?  Other commands of podman are no daemons. */
static bool is_service(const struct daemon_words *w)
{
	for (size_t i = 0; i < w->len; i += strlen(w->v + i) + 1)
		if (strcmp(w->v + i, "service") == 0)
			return true;
	return false;
}

/* Without the option, dockerd uses the machine's containerd if that runs; otherwise it starts
 * its own, with the same PATH. */
static bool uses_another_containerd(const struct daemon_words *words)
{
	return daemon_words_last(words, "--containerd") ||
	       place_exists("/run/containerd/containerd.sock");
}

/* Checks the environment and the command line of a daemon that sees our files. */
static void check_words(struct doctor *d, const struct daemon *daemon, const char *pid)
{
	static char variables[32 << 10];
	static struct daemon_words words;
	size_t len = read_at(d->proc, pid, "environ", variables, sizeof(variables));
	const char *file;

	read_words(d, daemon->comm, pid, &words);
	file = named_file(daemon, &words);
	if ((daemon->engine == ENGINE_PODMAN && !is_service(&words)) || (file && is_anothers(file)))
		return;
	d->daemon_seen |= ENGINE_BIT(daemon->engine);
	doctor_words(d, daemon->engine, &words);
	doctor_variables(d, daemon->engine, words.from, variables, len);
	/* CRI-O does not look in PATH; its configuration has the runtime's path. */
	if (len && (daemon->engine == ENGINE_DOCKER || daemon->engine == ENGINE_CONTAINERD))
		doctor_closed_process(d, daemon->engine, pid, variables, len,
				      uses_another_containerd(&words));
	if (daemon->file && !reads_another(d, daemon, &words))
		check_restarted(d, daemon, pid);
}

/* dockerd's built-in runtime is found by the containerd that dockerd uses, in its PATH. */
static void check_dockers_containerd(struct doctor *d, const char *pid)
{
	static char variables[32 << 10];
	size_t len = read_at(d->proc, pid, "environ", variables, sizeof(variables));

	if (len && sees_our_files(d, pid))
		doctor_closed_containerd(d, pid, variables, len);
}

/* containerd, also that of dockerd, looks for shims in its PATH, then beside its own program. */
static void check_shims(struct doctor *d, const char *pid)
{
	static char variables[32 << 10];
	size_t len = read_at(d->proc, pid, "environ", variables, sizeof(variables));
	char link[64], program[PATH_MAX];
	ssize_t n;

	if (!len || !sees_our_files(d, pid))
		return;
	doctor_shims_in_path(d, daemon_path_of(variables, len));
	snprintf(link, sizeof(link), "%.20s/exe", pid);
	n = readlinkat(d->proc, link, program, sizeof(program) - 1);
	program[n > 0 ? n : 0] = '\0';
	if (strchr(program, '/'))
		*strrchr(program, '/') = '\0';
	doctor_shims_in_path(d, program);
}

static void check_buildkit(struct doctor *d, const char *pid)
{
	static char variables[32 << 10];
	static struct daemon_words words;
	size_t len = read_at(d->proc, pid, "environ", variables, sizeof(variables));

	read_words(d, "buildkitd", pid, &words);
	if (len && sees_our_files(d, pid))
		doctor_buildkit_process(d, &words, variables, len);
}

/*
 * A dockerd below rootlesskit has its own /etc and /run with the same files, and reads its
 * user's daemon.json.  Returns true if this process is one.
 */
static bool check_rootless(struct doctor *d, const char *pid)
{
	static char variables[32 << 10];
	const size_t len = read_at(d->proc, pid, "environ", variables, sizeof(variables));
	const char *user = daemon_variable(variables, len, "ROOTLESSKIT_PARENT_EUID");

	if (!user)
		return false;
	if (strtoul(user, NULL, 10) == userns_outer_uid() && other_root_is_users()) {
		d->daemon_seen |= ENGINE_BIT(ENGINE_DOCKER);
		doctor_closed_process(d, ENGINE_DOCKER, pid, variables, len, false);
	} else {
		doctor_say(d, LEVEL_WARN, ENGINE_DOCKER, "rootless",
			   "dockerd (process %.20s) belongs to user %.10s, and reads that user's "
			   "daemon.json: capgate only advises there\tas that user: capgate "
			   "configure docker, then capgate doctor docker",
			   pid, user);
	}
	return true;
}

static void check_one(struct doctor *d, const char *pid)
{
	bool docker = doctor_looks_at(d, ENGINE_DOCKER);
	char comm[64];

	if (!read_at(d->proc, pid, "comm", comm, sizeof(comm)))
		return;
	comm[strcspn(comm, "\n")] = '\0';
	if (strcmp(comm, "buildkitd") == 0 && (docker || doctor_looks_at(d, ENGINE_CONTAINERD)))
		check_buildkit(d, pid);
	if (strcmp(comm, "containerd") == 0 && docker && !doctor_looks_at(d, ENGINE_CONTAINERD))
		check_dockers_containerd(d, pid);
	if (docker && (strcmp(comm, "containerd") == 0 || strcmp(comm, "dockerd") == 0))
		check_shims(d, pid);
	for (size_t i = 0; i < COUNT(daemons); i++) {
		if (strcmp(comm, daemons[i].comm) != 0 || !doctor_looks_at(d, daemons[i].engine))
			continue;
		check_setpcap(d, (int)daemons[i].engine, pid);
		if (daemons[i].engine == ENGINE_DOCKER && check_rootless(d, pid))
			continue;
		if (sees_our_files(d, pid))
			check_words(d, &daemons[i], pid);
	}
}

/* Checks the units of daemons that do not run now. */
static void check_units(struct doctor *d)
{
	static struct daemon_words words;

	for (size_t i = 0; i < COUNT(daemons); i++) {
		enum engine e = daemons[i].engine;

		if (!doctor_looks_at(d, e) || d->daemon_seen & ENGINE_BIT(e) ||
		    (e == ENGINE_DOCKER && other_root_is_users()) || /* root's own */
		    !daemon_words_of_unit(&d->arena, daemons[i].unit, &words))
			continue;
		doctor_words(d, e, &words);
		if (daemons[i].file)
			(void)reads_another(d, &daemons[i], &words);
	}
}

void doctor_daemons(struct doctor *d)
{
	int fd = d->proc < 0 ? -1 : openat(d->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	/* podman has no daemon; it has the capabilities of its caller. */
	if (fd >= 0 && doctor_looks_at(d, ENGINE_PODMAN) && geteuid() == 0)
		check_setpcap(d, ENGINE_PODMAN, "self");
	if (doctor_looks_at(d, ENGINE_PODMAN) && !d->other_root)
		doctor_own_variables(d);
	/* With another root, the processes of this machine do not belong to it. */
	while (dir && !d->other_root && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			check_one(d, entry->d_name);
	if (dir)
		closedir(dir);
	check_units(d);
}
