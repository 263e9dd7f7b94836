/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "hook/trace/trace.h"
#include "lib/base/base.h"
#include "cgroups.h"
#include "command.h"

void session_path(const struct session *s, const char *name, char ret[PATH_MAX])
{
	snprintf(ret, PATH_MAX, "%s/%s", s->scratch, name);
}

static int session_failed(struct capgate_error *err, const char *what)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE, "%s: %s", what,
			    strerror(errno));
}

/* ---- Beginning --------------------------------------------------------------------- */

static int name_it(struct session *s, struct capgate_error *err)
{
	uint32_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return session_failed(err, "cannot get a random number");
	snprintf(s->id, sizeof(s->id), "capgate-learn-%08x", random);
	snprintf(s->scratch, sizeof(s->scratch), "/run/%s", s->id);
	return 0;
}

static int leave_host(struct capgate_error *err)
{
	if (unshare(CLONE_NEWNS) < 0)
		return session_failed(err,
				      "creating a mount namespace needs root with CAP_SYS_ADMIN");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return session_failed(err, "cannot make mounts private");
	return 0;
}

int session_begin(struct session *ret, struct capgate_error *err)
{
	struct session s = {.host = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC), .alive = -1};

	if (s.host < 0)
		return session_failed(err, "cannot open /proc/self/ns/mnt");
	if (name_it(&s, err) < 0 || leave_host(err) < 0)
		return err->code;
	/* A process whose parent has ended becomes our child, so we learn how a container ended. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return session_failed(err, "cannot become a subreaper");
	*ret = s;
	return 0;
}

/* ---- The guard --------------------------------------------------------------------- */

/* How often to look for a container that a daemon may still be creating after its client was
 * killed. */
#define LOOKS 8

/* One byte tells the guard that the session is over.  After an interrupt it removes everything
 * once more, because a second interrupt may have ended our own removals; the guard ignores these
 * signals. */
#define DONE 'd'
#define INTERRUPTED 'i'

static int run_for(const struct session *s, const char *const *argv)
{
	return command_run(&(struct command_call){.argv = argv,
						  .namespace = s->remove_on_host ? s->host : -1,
						  .output = -1,
						  .milliseconds = 60000,
						  .gently = true});
}

void session_remove_container(const struct session *s, bool unsettled)
{
	int looks = unsettled && s->find[0] ? LOOKS : 1;
	bool found = false;

	for (int i = 0; i < looks && !found; i++) {
		if (i)
			command_sleep(1000);
		found = s->find[0] && run_for(s, s->find) == 0;
		if (s->remove[0])
			(void)run_for(s, s->remove);
		if (s->remove_rest[0])
			(void)run_for(s, s->remove_rest);
	}
}

static void remove_trace(const struct session *s)
{
	char path[PATH_MAX], instance[PATH_MAX + 64];
	struct stat st;

	session_path(s, "tracing", path);
	snprintf(instance, sizeof(instance), "%s/instances/%s", path, s->id);
	/* The reader of the trace was killed with us, and the instance is busy until it has ended.
	 * Kprobe events can exist without an instance. */
	for (int i = 0; i < 100; i++) {
		trace_remove(path, s->id);
		if (stat(instance, &st) < 0)
			break;
		command_sleep(50);
	}
}

/* Can a container or a trace exist?  They are created after this directory. */
static bool has_begun(const struct session *s)
{
	char path[PATH_MAX];
	struct stat st;

	session_path(s, "state", path);
	return stat(path, &st) == 0;
}

static void remove_directory(const struct session *s)
{
	umount2(s->scratch, MNT_DETACH);
	if (setns(s->host, CLONE_NEWNS) == 0)
		rmdir(s->scratch);
}

static void stand_guard(const struct session *s, int alive)
{
	char word;
	ssize_t n;

	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	command_interrupted = 0;
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	while ((n = read(alive, &word, 1)) < 0 && errno == EINTR)
		;
	if (n != 1 || word == INTERRUPTED) {
		if (has_begun(s)) {
			session_remove_container(s, n != 1);
			cgroups_remove(s->id);
			remove_trace(s);
		}
		remove_directory(s);
	}
	_exit(0);
}

static int make_directory(struct session *s, struct capgate_error *err)
{
	/* "state" comes first: see has_begun(). */
	static const char *const dirs[] = {"state",  "empty", "tracing", "bundle",
					   "layers", "root",  "lower"};
	char path[PATH_MAX];

	if (mkdir(s->scratch, 0700) < 0)
		return session_failed(err, s->scratch);
	s->made = true;
	if (mount("capgate-learn", s->scratch, "tmpfs", MS_NODEV, "mode=755") < 0)
		return session_failed(err, "cannot mount a tmpfs");
	for (size_t i = 0; i < COUNT(dirs); i++) {
		session_path(s, dirs[i], path);
		/* chmod(2) overrides the strict umask, because the container's users need to pass
		 * through. */
		if (mkdir(path, 0755) < 0 || chmod(path, 0755) < 0)
			return session_failed(err, path);
	}
	return 0;
}

int session_guard(struct session *s, struct capgate_error *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return session_failed(err, "cannot make a pipe");
	s->guard = fork();
	if (s->guard == 0) {
		close(ends[1]);
		stand_guard(s, ends[0]);
	}
	close(ends[0]);
	s->alive = ends[1];
	return s->guard < 0 ? session_failed(err, "cannot start a process")
			    : make_directory(s, err);
}

static void end_guard(struct session *s, char word)
{
	if (s->alive < 0)
		return;
	(void)!write(s->alive, &word, 1);
	close(s->alive);
	s->alive = -1;
	while (waitpid(s->guard, NULL, 0) < 0 && errno == EINTR)
		;
}

void session_end(struct session *s)
{
	if (command_interrupted)
		end_guard(s, INTERRUPTED);
	/* We may have killed the runtime while it created the container, after an interrupt or
	 * because it took too long. */
	cgroups_remove(s->id);
	if (s->made)
		remove_directory(s);
	end_guard(s, DONE);
	close(s->host);
}
