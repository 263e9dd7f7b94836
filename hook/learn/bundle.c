/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "command.h"

#define RUNTIME_MS 60000

static int bundle_failed(struct capgate_error *err, const char *what, const char *why)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s: %s", what,
			    why);
}

/* ---- The root file system ---------------------------------------------------------- */

static void peel(struct bundle *b, const struct session *s)
{
	char path[PATH_MAX];

	session_path(s, "root", path);
	/* The processes of the container may still be ending. */
	for (int i = 0; b->layered && umount2(path, 0) < 0 && errno == EBUSY && i < 40; i++)
		command_sleep(25);
	umount2(path, MNT_DETACH);
	session_path(s, "layers", path);
	umount2(path, MNT_DETACH);
	b->layered = false;
}

/* An overlay's root directory takes mode and owner from the upper directory. */
static int make_upper(const char *lower, const char *upper)
{
	struct stat st;

	if (mkdir(upper, 0755) < 0 || stat(lower, &st) < 0 || chmod(upper, st.st_mode & 07777) < 0)
		return -1;
	return chown(upper, st.st_uid, st.st_gid);
}

/* Mounts a layer over the root file system that is removed after the run, so that each run
 * begins with the same files. */
static int layer(struct bundle *b, const struct session *s, struct capgate_error *err)
{
	char layers[PATH_MAX], lower[PATH_MAX], root[PATH_MAX], upper[PATH_MAX], work[PATH_MAX],
		options[4 * PATH_MAX];

	session_path(s, "layers", layers);
	session_path(s, "lower", lower);
	session_path(s, "root", root);
	if (mount("capgate-learn", layers, "tmpfs", 0, "mode=755") < 0)
		return bundle_failed(err, "cannot mount a tmpfs", strerror(errno));
	session_path(s, "layers/upper", upper);
	session_path(s, "layers/work", work);
	if (make_upper(lower, upper) < 0 || mkdir(work, 0755) < 0)
		return bundle_failed(err, "cannot create a layer", strerror(errno));
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s,workdir=%s", lower, upper,
		 work);
	if (mount("capgate-learn", root, "overlay", 0, options) < 0)
		return bundle_failed(err, "cannot mount an overlay on the root file system",
				     strerror(errno));
	b->layered = true;
	return 0;
}

/* Binds the root file system to a path without characters that overlayfs interprets. */
static int bind_lower(struct bundle *b, const struct session *s, struct capgate_error *err)
{
	char lower[PATH_MAX], path[2 * PATH_MAX], fd[64];
	struct stat st;
	int root;

	session_path(s, "lower", lower);
	if (umount2(lower, MNT_DETACH) < 0 && errno != EINVAL)
		return bundle_failed(err, "cannot unmount", strerror(errno));
	snprintf(path, sizeof(path), "%s%s%s", b->facts.root[0] == '/' ? "" : b->dir,
		 b->facts.root[0] == '/' ? "" : "/", b->facts.root);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || fstat(root, &st) < 0)
		return io_fail(err, "cannot open the root file system", path);
	snprintf(fd, sizeof(fd), "/proc/self/fd/%d", root);
	if (mount(fd, lower, NULL, MS_BIND | MS_REC, NULL) < 0) {
		close(root);
		return bundle_failed(err, "cannot bind the root file system", strerror(errno));
	}
	close(root);
	return 0;
}

/* ---- Running it -------------------------------------------------------------------- */

static int call_runtime(const struct bundle *b, const struct subject *s, const char *const *words)
{
	const char *argv[16] = {b->runtime, "--root", b->state};
	size_t n = 3;

	while (*words && n < COUNT(argv) - 1)
		argv[n++] = *words++;
	return command_run(&(struct command_call){
		.argv = argv, .namespace = -1, .output = s->sink, .milliseconds = RUNTIME_MS});
}

static int runtime_failed(const struct subject *s, const struct bundle *b, const char *what,
			  struct capgate_error *err)
{
	char line[256];

	command_last_line(s->sink, line, sizeof(line));
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s %s: %s",
			    b->runtime, what, line[0] ? line : "it failed");
}

static int write_config(struct bundle *b, const struct session *s, capgate_set keep,
			capgate_set by_sysctl, struct capgate_error *err)
{
	struct capgate_text text;
	char root[PATH_MAX], path[PATH_MAX];
	int status;

	session_path(s, b->facts.root_readonly ? "lower" : "root", root);
	b->text.keep = keep;
	b->text.by_sysctl = by_sysctl;
	b->text.id = s->id;
	b->text.root = root;
	if (bundle_text_for_run(&b->text, &text, err) < 0)
		return err->code;
	session_path(s, "bundle/config.json", path);
	status = place_write(path, 0600, text, err);
	io_free(text);
	return status;
}

static int read_pid(const char *path, pid_t *ret)
{
	struct capgate_error err;
	struct capgate_text text;
	bool missing;
	char number[32];

	if (place_read(path, &text, &missing, &err) < 0 || missing)
		return -1;
	capgate_text_copy(number, sizeof(number), text);
	io_free(text);
	*ret = (pid_t)strtol(number, NULL, 10);
	return *ret > 1 ? 0 : -1;
}

static int create(struct subject *s, capgate_set keep, pid_t *pid, struct capgate_error *err)
{
	struct bundle *b = s->own;
	/* Sysctls are not set in a network namespace that others use. */
	capgate_set by_sysctl = b->facts.own_network ? s->by_sysctl : (capgate_set){0};
	char dir[PATH_MAX], file[PATH_MAX];
	const char *const words[] = {"create", "--bundle",     dir, "--pid-file",
				     file,     s->session->id, NULL};

	session_path(s->session, "bundle", dir);
	session_path(s->session, "pid", file);
	unlink(file);
	if (bind_lower(b, s->session, err) < 0 ||
	    (!b->facts.root_readonly && layer(b, s->session, err) < 0) ||
	    write_config(b, s->session, keep, by_sysctl, err) < 0)
		return err->code;
	b->pid = 0;
	b->ended = -1;
	if (call_runtime(b, s, words) != 0)
		return runtime_failed(s, b, "create", err);
	if (read_pid(file, &b->pid) < 0)
		return bundle_failed(err, b->runtime, "it wrote no pid file");
	*pid = b->pid;
	return 0;
}

static int start(struct subject *s, struct capgate_error *err)
{
	const char *const words[] = {"start", s->session->id, NULL};

	return call_runtime(s->own, s, words) == 0 ? 0 : runtime_failed(s, s->own, "start", err);
}

static pid_t first(struct subject *s)
{
	return ((struct bundle *)s->own)->pid;
}

/* The first process is our child, because we are the nearest subreaper.  Reaps other orphans,
 * too. */
static bool reap(struct bundle *b)
{
	int status;
	pid_t pid;

	while (b->pid && (pid = waitpid(b->pid, &status, WNOHANG)) != 0) {
		if (pid == b->pid) {
			b->ended = status;
			return true;
		}
		if (errno != EINTR)
			break;
	}
	return false;
}

static bool await_end(struct bundle *b, int milliseconds)
{
	int64_t until = command_now() + milliseconds;

	while (!reap(b)) {
		if (command_now() >= until || command_interrupted)
			return false;
		command_sleep(20);
	}
	return true;
}

/* Like an engine, kills the container if it has not ended after that time. */
static bool stop(struct subject *s, pid_t pid, int milliseconds)
{
	if (kill(pid, SIGTERM) < 0 && errno != ESRCH)
		return false;
	if (await_end(s->own, milliseconds))
		return true;
	return !command_interrupted && kill(pid, SIGKILL) == 0 && await_end(s->own, 10000);
}

static int end_status(struct subject *s, pid_t pid)
{
	struct bundle *b = s->own;

	(void)pid;
	if (b->ended < 0)
		reap(b);
	if (b->ended < 0)
		return -1;
	return WIFEXITED(b->ended) ? WEXITSTATUS(b->ended) : 128 + WTERMSIG(b->ended);
}

static void remove_it(struct subject *s)
{
	const char *const words[] = {"delete", "--force", s->session->id, NULL};
	struct bundle *b = s->own;
	int64_t until = command_now() + 10000;
	int interrupted = command_interrupted;

	command_interrupted = 0;
	(void)call_runtime(b, s, words);
	while (b->pid && b->ended < 0 && !reap(b) && kill(b->pid, 0) == 0 && command_now() < until)
		command_sleep(20);
	peel(b, s->session);
	command_interrupted = interrupted;
}

/* ---- Opening ----------------------------------------------------------------------- */

int bundle_open(const char *dir, const char *runtime, struct capgate_policy *policy, bool beyond,
		struct bundle *ret, struct capgate_error *err)
{
	static char real[PATH_MAX];
	struct bundle b = {
		.runtime = runtime, .text = {.policy = policy, .beyond = beyond}, .ended = -1};

	if (!realpath(dir, real))
		return io_fail(err, "cannot open", dir);
	b.dir = real;
	b.fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b.fd < 0)
		return io_fail(err, "cannot open", dir);
	if (io_read_in(b.fd, "config.json", policy->max_bytes, &b.text.text, err) < 0)
		return err->code;
	policy->scene.bundle = capgate_text_of(real);
	*ret = b;
	return bundle_text_facts(&ret->text, &ret->facts, err);
}

void bundle_subject(struct bundle *b, struct session *session, struct subject *ret)
{
	const char *const remove[] = {b->runtime, "--root",    b->state, "delete",
				      "--force",  session->id, NULL};

	session_path(session, "state", b->state);
	memcpy(session->remove, remove, sizeof(remove));
	*ret = (struct subject){.session = session,
				.name = b->dir,
				.full = capgate_set_union(b->facts.start),
				.commands = -1,
				.state = b->state,
				.sink = command_sink(),
				.create = create,
				.start = start,
				.first = first,
				.stop = stop,
				.status = end_status,
				.remove = remove_it,
				.own = b};
}
