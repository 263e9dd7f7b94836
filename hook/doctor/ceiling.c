/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proves that the ceiling works.  The wrapper executes a program; when that has ended, and
 * before it is waited for, the kernel still shows which capabilities it could have.  With
 * --live, a runtime under the ceiling gets a specification that was not judged, and must fail
 * to start it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

#define SECONDS 20

struct ceiling {
	capgate_set bound, inherit;
};

struct ended {
	char name[32]; /* of the last program that it executed */
	capgate_set reach; /* what a program has that it executes as root */
	int status;
};

/* Executes a program, under the ceiling unless this is NULL, as the wrapper does. */
static void become(const char *const argv[], const struct ceiling *ceiling)
{
	struct capgate_error ignored;
	char *const none[] = {NULL};
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		null = memfd_create("capgate", 0); /* an image's root has no /dev/null */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) < 0)
			_exit(127);
	(void)io_close_rest();
	signals_release();
	if (ceiling && bounds_narrow(ceiling->bound, ceiling->inherit, &ignored) < 0)
		_exit(127);
	execve(argv[0], (char *const *)argv, none);
	_exit(127);
}

static bool read_name(pid_t pid, char *buf, size_t size)
{
	char path[48];
	bool missing;
	struct capgate_text text;
	struct capgate_error err;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if (place_read(path, &text, &missing, &err) < 0 || missing)
		return false;
	snprintf(buf, size, "%.*s", (int)text.len, text.p);
	buf[strcspn(buf, "\n")] = '\0';
	io_free(text);
	return true;
}

/* Runs the program and reads what it could have.  False if it could not be started, did not end
 * in time, or cannot be read. */
static bool run_below(const char *const argv[], const struct ceiling *ceiling, struct ended *ret)
{
	capgate_set sets[CAPGATE_NSETS];
	struct capgate_error ignored;
	struct pollfd p = {.events = POLLIN};
	pid_t pid = fork();
	bool looked;
	int status;

	if (pid == 0)
		become(argv, ceiling);
	if (pid < 0)
		return false;
	p.fd = pidfd_of(pid);
	looked = p.fd >= 0 && poll(&p, 1, SECONDS * 1000) == 1 &&
		 read_name(pid, ret->name, sizeof(ret->name)) &&
		 procsets_read(pid, sets, &ignored) == 0;
	if (!looked)
		kill(pid, SIGKILL);
	if (p.fd >= 0)
		close(p.fd);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	ret->reach = capgate_set_or(sets[CAPGATE_BOUNDING], sets[CAPGATE_INHERITABLE]);
	ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	return looked;
}

/* ---- A specification ------------------------------------------------------------------- */

struct canary {
	char dir[64], root[96];
	int cap; /* a capability that the ceiling takes from every runtime here */
};

static bool write_config(const struct canary *c, bool asks)
{
	char list[64], text[2048], path[96];

	snprintf(path, sizeof(path), "%s/config.json", c->dir);
	(void)unlink(path); /* an earlier one */
	snprintf(list, sizeof(list), "[\"CAP_KILL\"%s%s%s]", asks ? ",\"" : "",
		 asks ? capgate_cap_info(c->cap)->name : "", asks ? "\"" : "");
	snprintf(text, sizeof(text),
		 "{\"ociVersion\":\"1.0.2\",\"process\":{\"user\":{\"uid\":0,\"gid\":0},"
		 "\"args\":[\"/canary\"],\"env\":[],\"cwd\":\"/\",\"capabilities\":{"
		 "\"bounding\":%s,\"effective\":%s,\"permitted\":%s}},"
		 "\"root\":{\"path\":\"rootfs\"},\"mounts\":[{"
		 "\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}],\"linux\":{"
		 "\"cgroupsPath\":\"/capgate/" WIRING_CANARY_ID "\","
		 "\"namespaces\":[{\"type\":\"pid\"},"
		 "{\"type\":\"mount\"},{\"type\":\"network\"}]}}\n",
		 list, list, list);
	return scratch_put(c->dir, "config.json", text);
}

/* The most significant capability that no container here may have and no runtime needs. */
static int choose_taken(const struct doctor *d)
{
	capgate_set taken = capgate_set_minus(capgate_set_and(bounds_now(), capgate_set_all()),
					      capgate_ceiling_most(&d->policy));

	return capgate_set_has(taken, CAPGATE_CAP_NET_RAW) ? CAPGATE_CAP_NET_RAW
							   : capgate_set_next(taken, 0);
}

/* ---- Through the wrapper ------------------------------------------------------------------- */

static void judge_wrapper(struct doctor *d, const struct canary *c)
{
	const char *argv[] = {WIRING_WRAPPER, "--root",   c->root,	    "create",
			      "--bundle",     c->dir,	  WIRING_CANARY_ID, NULL};
	struct ended e;

	/* If the wrapper refuses, it executes nothing; the other canary reports why. */
	if (!write_config(c, false) || !run_below(argv, NULL, &e) ||
	    strncmp(e.name, "capgate", 7) == 0)
		return;
	if (capgate_set_has(e.reach, c->cap))
		doctor_say(d, LEVEL_BAD, NENGINES, "ceiling",
			   "the wrapper lets the runtime keep %s, which the policy does not allow "
			   "to any container\tcapgate configure --all, with this version's program",
			   capgate_cap_info(c->cap)->name);
	else
		doctor_say(d, LEVEL_OK, NENGINES, "ceiling",
			   "%s, as the wrapper starts it, cannot hold %s, whatever its "
			   "configuration says",
			   e.name, capgate_cap_info(c->cap)->name);
}

/* ---- --live: past the judgement ---------------------------------------------------------- */

/* Tries to make a container, and removes it again.  True if it was made. */
static bool makes(const struct doctor *d, const struct canary *c, const struct ceiling *ceiling)
{
	const char *create[] = {d->runtime, "--root", c->root,	      "create",
				"--bundle", c->dir,   WIRING_CANARY_ID, NULL};
	const char *delete[] = {d->runtime, "--root", c->root, "delete", "-f", WIRING_CANARY_ID,
				NULL};
	struct ended e, ignored;
	bool made = run_below(create, ceiling, &e) && e.status == 0;

	(void)!run_below(delete, NULL, &ignored);
	return made;
}

/* Makes a program that is never executed, and the directories that runtimes require. */
static bool make_rootfs(const struct canary *c)
{
	static const char *const directories[] = {"", "/dev", "/proc"};
	char path[96];

	for (size_t i = 0; i < COUNT(directories); i++) {
		snprintf(path, sizeof(path), "%s/rootfs%s", c->dir, directories[i]);
		if (mkdir(path, 0755) < 0)
			return false;
	}
	snprintf(path, sizeof(path), "%s/rootfs", c->dir);
	if (!scratch_put(path, "canary", "#!/canary\n"))
		return false;
	snprintf(path, sizeof(path), "%s/rootfs/canary", c->dir);
	return chmod(path, 0755) == 0;
}

static void judge_runtime(struct doctor *d, const struct canary *c)
{
	const struct ceiling ceiling = {
		d->policy.allowed, capgate_ceiling(&d->policy, d->policy.allowed, false)};

	if (!make_rootfs(c) || !write_config(c, false))
		return;
	if (!makes(d, c, &ceiling))
		doctor_say(d, LEVEL_WARN, NENGINES, "ceiling",
			   "not tried without the judgement: %.150s cannot create a container here",
			   d->runtime);
	else if (write_config(c, true) && makes(d, c, &ceiling))
		doctor_say(d, LEVEL_BAD, NENGINES, "ceiling",
			   "without the judgement, %.150s creates a container that asks for "
			   "%s\treport this as a defect of capgate",
			   d->runtime, capgate_cap_info(c->cap)->name);
	else
		doctor_say(d, LEVEL_OK, NENGINES, "ceiling",
			   "without the judgement, the ceiling keeps %.150s from creating a "
			   "container that asks for %s",
			   d->runtime, capgate_cap_info(c->cap)->name);
}

void doctor_ceiling(struct doctor *d)
{
	const struct capgate_text why = d->policy.ceiling_reason;
	struct canary c;

	/* These are reported already.  Without root the wrapper cannot reduce its own sets. */
	if (access(WIRING_WRAPPER, X_OK) < 0 || !d->has_proc || !d->has_policy ||
	    d->policy.mode == CAPGATE_AUDIT || geteuid() != 0)
		return;
	if (d->policy.ceiling_off) {
		doctor_say(d, LEVEL_WARN, NENGINES, "ceiling",
			   "the policy switches the ceiling off (%.*s): the kernel does not stop "
			   "what the judgement misses\tset \"ceiling\": \"enforce\"",
			   (int)(why.len < 100 ? why.len : 100), why.p);
		return;
	}
	c.cap = choose_taken(d);
	if (c.cap < 0 || !scratch_make(c.dir, sizeof(c.dir)))
		return;
	snprintf(c.root, sizeof(c.root), "%s/root", c.dir);
	judge_wrapper(d, &c);
	if (d->live && d->runtime[0])
		judge_runtime(d, &c);
	scratch_remove(c.dir);
}
