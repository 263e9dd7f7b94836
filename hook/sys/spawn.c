/* SPDX-License-Identifier: Apache-2.0 */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/base.h"
#include "io.h"
#include "say.h"
#include "signals.h"

struct child {
	pid_t pid;
	int in, out;
};

static int fail_spawn(struct capgate_error *err, const char *what)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s: %s", what,
			    io_words(errno));
}

/* How a program is started. */
struct manner {
	bool errors; /* also read its standard error */
	char *const *environment;
};

static void become(const char *path, const char *const argv[], int in, int out,
		   const struct manner *manner)
{
	bool errors = manner->errors;

	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    (errors && dup2(out, STDERR_FILENO) < 0))
		_exit(127);
	if (!errors) {
		/* A file that nobody reads, because an image's root may have no /dev/null. */
		int sink = memfd_create("capgate", MFD_CLOEXEC);

		if (sink >= 0)
			dup2(sink, STDERR_FILENO);
	}
	signals_release();
	(void)io_close_rest();
	execve(path, (char *const *)argv, manner->environment);
	_exit(127);
}

static int start(const char *path, const char *const argv[], const struct manner *manner,
		 struct child *ret, struct capgate_error *err)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) < 0)
		return fail_spawn(err, "cannot make a pipe");
	if (pipe2(out, O_CLOEXEC) < 0) {
		close(in[0]);
		close(in[1]);
		return fail_spawn(err, "cannot make a pipe");
	}
	ret->pid = fork();
	if (ret->pid == 0)
		become(path, argv, in[0], out[1], manner);
	close(in[0]);
	close(out[1]);
	ret->in = in[1];
	ret->out = out[0];
	return ret->pid < 0 ? fail_spawn(err, "cannot start a process") : 0;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads until the program closes its output, or the time is over. */
static bool catch_output(int fd, char *buf, size_t size, size_t *n, long long until)
{
	char rest[4096];

	for (*n = 0;;) {
		long long left = until - now();
		struct pollfd p = {fd, POLLIN, 0};
		ssize_t got;
		bool room = *n + 1 < size;

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return false;
		got = read(fd, room ? buf + *n : rest, room ? size - 1 - *n : sizeof(rest));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return true;
		*n += room ? (size_t)got : 0;
	}
}

static int run_child(const char *path, const char *const argv[], struct capgate_text input,
		     char *buf, size_t size, int seconds, const struct manner *manner,
		     struct spawn_result *ret, struct capgate_error *err)
{
	struct spawn_result r = {0};
	struct capgate_error ignored;
	struct child c = {-1, -1, -1};
	int status;

	if (start(path, argv, manner, &c, err) < 0)
		return err->code;
	/* Ignored: if the program does not read all of it, only its output matters. */
	(void)!io_write_all(c.in, input, &ignored);
	close(c.in);
	r.timed_out = !catch_output(c.out, buf, size, &r.out, now() + seconds * 1000LL);
	buf[r.out] = '\0';
	close(c.out);
	if (r.timed_out)
		kill(c.pid, SIGKILL);
	while (waitpid(c.pid, &status, 0) < 0)
		if (errno != EINTR)
			return fail_spawn(err, "cannot wait for a process");
	r.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	*ret = r;
	return 0;
}

static char *const nothing[] = {NULL};

int spawn_run(const char *path, const char *const argv[], struct capgate_text input, char *buf,
	      size_t size, int seconds, struct spawn_result *ret, struct capgate_error *err)
{
	return run_child(path, argv, input, buf, size, seconds, &(struct manner){true, nothing},
			 ret, err);
}

int spawn_filter(const char *path, const char *const argv[], struct capgate_text input, char *buf,
		 size_t size, int seconds, struct spawn_result *ret, struct capgate_error *err)
{
	return run_child(path, argv, input, buf, size, seconds, &(struct manner){false, nothing},
			 ret, err);
}

int spawn_command(const char *path, const char *const argv[], struct capgate_text input, char *buf,
		  size_t size, int seconds, struct spawn_result *ret, struct capgate_error *err)
{
	static char search[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	static char home[] = "HOME=/root";
	char *const environment[] = {search, home, NULL};

	return run_child(path, argv, input, buf, size, seconds, &(struct manner){true, environment},
			 ret, err);
}
