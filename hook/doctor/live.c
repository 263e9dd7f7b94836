/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --live: starts a real container through the engine that requests a capability which the
 * policy refuses, and prints its own sets.  It needs no image: its root file system contains
 * only the host's programs, read-only.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

#define ARGS_MAX 64
#define SECONDS 60
/* On a busy machine ctr was seen to succeed without what its container printed. */
#define TRIES_MAX 3
#define IMAGE "capgate-doctor:live"
#define NAMESPACE "capgate-doctor"

/* A command line, and its output. */
struct line {
	const char *argv[ARGS_MAX];
	size_t n;
	char words[8192];
};

struct live {
	struct doctor *d;
	enum engine engine;
	const char *capability; /* the one to request */
	char dir[64], rootfs[96], tar[96];
	char volume[6][64]; /* n_volumes of the host's directories, for podman and Docker */
	char mount[6][96];  /* the same, for ctr */
	size_t n_volumes;
};

static void add_arg(struct line *l, const char *word)
{
	if (l->n + 1 < ARGS_MAX)
		l->argv[l->n++] = word;
}

static void add_all(struct line *l, const char *const *words)
{
	while (*words)
		add_arg(l, *words++);
}
#define ADD(l, ...) add_all(l, (const char *const[]){__VA_ARGS__, NULL})

/* Begins a command line with PATH and HOME, which the client of an engine needs, and with no
 * other variable. */
static void begin_line(struct line *l, const char *program)
{
	*l = (struct line){.n = 0};
	ADD(l, "env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    "HOME=/root", program);
}

static int go(struct line *l, struct capgate_error *err)
{
	struct spawn_result r;

	l->argv[l->n] = NULL;
	if (spawn_run("/usr/bin/env", l->argv, (struct capgate_text){0}, l->words, sizeof(l->words),
		      SECONDS, &r, err) < 0)
		return -1;
	if (r.timed_out)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
				    "the engine's command did not end within %d seconds", SECONDS);
	return r.status;
}

/* ---- The root file system ------------------------------------------------------------ */

/* Adds the host's programs and libraries: copies links, mounts directories. */
static void add_host(struct live *v)
{
	static const char *const names[] = {"usr", "bin", "sbin", "lib", "lib64", "lib32"};
	char host[32], target[PATH_MAX], link[PATH_MAX];

	for (size_t i = 0; i < COUNT(names); i++) {
		struct stat st;
		ssize_t n;

		snprintf(host, sizeof(host), "/%s", names[i]);
		if (lstat(host, &st) < 0)
			continue;
		if (S_ISLNK(st.st_mode)) {
			n = readlink(host, target, sizeof(target) - 1);
			snprintf(link, sizeof(link), "%s/%s", v->rootfs, names[i]);
			target[n > 0 ? n : 0] = '\0';
			/* if this fails, the container does not start, which is reported */
			(void)!symlink(target, link);
		} else {
			snprintf(v->volume[v->n_volumes], sizeof(v->volume[0]), "/%s:/%s:ro",
				 names[i], names[i]);
			snprintf(v->mount[v->n_volumes], sizeof(v->mount[0]),
				 "type=bind,src=/%s,dst=/%s,options=rbind:ro", names[i], names[i]);
			v->n_volumes++;
		}
	}
}

static bool make_rootfs(struct live *v)
{
	if (!scratch_make(v->dir, sizeof(v->dir)))
		return false;
	snprintf(v->rootfs, sizeof(v->rootfs), "%s/rootfs", v->dir);
	snprintf(v->tar, sizeof(v->tar), "%s/rootfs.tar", v->dir);
	if (mkdir(v->rootfs, 0755) < 0)
		return false;
	add_host(v);
	return true;
}

static void add_volumes(struct line *l, const struct live *v)
{
	for (size_t i = 0; i < v->n_volumes; i++)
		ADD(l, "-v", v->volume[i]);
}

/* ---- What it printed ------------------------------------------------------------------- */

/* The union of the sets that the container printed.  False if it printed none. */
static bool read_sets(const char *words, unsigned long long *ret)
{
	static const char *const names[] = {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"};
	unsigned long long set;

	*ret = 0;
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *at = strstr(words, names[i]);

		if (!at || sscanf(at + 7, "%llx", &set) != 1)
			return false;
		*ret |= set;
	}
	return true;
}

static void not_tried(struct live *v, const char *why)
{
	doctor_say(v->d, LEVEL_WARN, v->engine, "live", "no container was started: %.250s", why);
}

static void judge_sets(struct live *v, int status, char *words)
{
	unsigned long long held;

	if (read_sets(words, &held)) {
		if (held >> v->d->canary & 1)
			doctor_say(v->d, LEVEL_BAD, v->engine, "live",
				   "a container that asked for %s runs with it\tfix what is "
				   "marked above; restart or reload the engine",
				   v->capability);
		else
			doctor_say(v->d, LEVEL_OK, v->engine, "live",
				   "a container that asked for %s runs without it", v->capability);
		return;
	}
	if (status != 0 && (strstr(words, WIRING_PROGRAM) || strstr(words, "capgate: refused"))) {
		doctor_say(v->d, LEVEL_OK, v->engine, "live",
			   "a container that asked for %s was refused", v->capability);
		return;
	}
	words[strcspn(words, "\n")] = '\0';
	if (words[0])
		not_tried(v, words);
	else
		doctor_say(v->d, LEVEL_WARN, v->engine, "live",
			   "a container ended with status %d and printed nothing, so its sets "
			   "are not known\trun this again; if it stays so, read the engine's log",
			   status);
}

static void run_line(struct live *v, struct line *l)
{
	struct capgate_error err;
	int status = 0;

	ADD(l, "/bin/cat", "/proc/self/status");
	l->words[0] = '\0';
	for (int i = 0; i < TRIES_MAX && status == 0 && l->words[0] == '\0'; i++)
		status = go(l, &err);
	if (status < 0)
		not_tried(v, err.msg);
	else
		judge_sets(v, status, l->words);
}

/* ---- The engines ----------------------------------------------------------------------- */

/* The limits are low, because without SYS_RESOURCE root cannot set podman's own ones. */
static void live_podman(struct live *v)
{
	struct line l;

	begin_line(&l, wiring_engine_program(ENGINE_PODMAN));
	ADD(&l, "run", "--rm", "--network=none", "--ulimit=nofile=1024:1024",
	    "--ulimit=nproc=1024:1024", "--cap-add", v->capability);
	add_volumes(&l, v);
	ADD(&l, "--rootfs", v->rootfs);
	run_line(v, &l);
}

/* Docker needs an image, so the root file system is imported as one and removed again. */
static void live_docker(struct live *v)
{
	struct capgate_error err;
	struct line l;

	begin_line(&l, "tar");
	ADD(&l, "-C", v->rootfs, "-cf", v->tar, ".");
	if (go(&l, &err) != 0) {
		not_tried(v, "tar cannot make an image");
		return;
	}
	begin_line(&l, "docker");
	ADD(&l, "import", v->tar, IMAGE);
	if (go(&l, &err) != 0) {
		l.words[strcspn(l.words, "\n")] = '\0';
		not_tried(v, l.words);
		return;
	}
	begin_line(&l, "docker");
	ADD(&l, "run", "--rm", "--network=none", "--cap-add", v->capability);
	add_volumes(&l, v);
	add_arg(&l, IMAGE);
	run_line(v, &l);
	begin_line(&l, "docker");
	ADD(&l, "rmi", "-f", IMAGE);
	(void)go(&l, &err);
}

/* Only the kubelet can request pods.  ctr uses the same shim, with the program that config.toml
 * names. */
static void live_containerd(struct live *v)
{
	struct capgate_error err;
	struct line l;

	begin_line(&l, "ctr");
	ADD(&l, "-n", NAMESPACE, "run", "--rm", "--runc-binary", WIRING_WRAPPER, "--cap-add",
	    v->capability);
	for (size_t i = 0; i < v->n_volumes; i++)
		ADD(&l, "--mount", v->mount[i]);
	ADD(&l, "--rootfs", v->rootfs, strrchr(v->dir, '/') + 1);
	run_line(v, &l);
	begin_line(&l, "ctr");
	ADD(&l, "namespaces", "remove", NAMESPACE);
	(void)go(&l, &err);
}

static void live_crio(struct live *v)
{
	not_tried(v, "only the kubelet creates pods there; create one that adds the capability, "
		     "and read its /proc/1/status");
}

void doctor_live(struct doctor *d)
{
	static void (*const engines[NENGINES])(struct live *) = {
		[ENGINE_PODMAN] = live_podman,
		[ENGINE_DOCKER] = live_docker,
		[ENGINE_CONTAINERD] = live_containerd,
		[ENGINE_CRIO] = live_crio,
	};

	for (int e = 0; e < NENGINES; e++) {
		struct live v = {.d = d, .engine = (enum engine)e};

		if (!doctor_looks_at(d, (enum engine)e))
			continue;
		if (!wiring_engine_program((enum engine)e)) {
			not_tried(&v, "the engine is not installed");
		} else if (!d->has_policy || d->canary < 0 || d->policy.mode == CAPGATE_AUDIT) {
			not_tried(&v, "the policy would refuse nothing");
		} else if (!make_rootfs(&v)) {
			not_tried(&v, "neither /run nor /tmp is writable");
		} else {
			v.capability = capgate_cap_info(d->canary)->name;
			(engines[e] ? engines[e] : live_crio)(&v);
		}
		if (v.dir[0])
			scratch_remove(v.dir);
	}
}
