/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

#define GENTLE_MS 10000

/* ---- Signals and time -------------------------------------------------------------- */

volatile int command_interrupted;

static void note_signal(int number)
{
	command_interrupted = number;
}

void command_catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = note_signal}; /* without SA_RESTART, so that
							        * calls are interrupted */

	for (size_t i = 0; i < COUNT(numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

int64_t command_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void command_sleep(int milliseconds)
{
	poll(NULL, 0, milliseconds);
}

/* ---- One program ------------------------------------------------------------------- */

/* setns(2) changes to the root directory.  Return to the old one, because the user's commands
 * may contain relative paths. */
static bool go_to(int namespace)
{
	char here[PATH_MAX];
	bool known = getcwd(here, sizeof(here)) != NULL;

	return setns(namespace, CLONE_NEWNS) == 0 && (!known || chdir(here) == 0);
}

static void become_command(const struct command_call *call, pid_t parent)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	int output = call->output >= 0 ? call->output : nothing;

	/* A separate process group, so that it can be killed with everything that it started, and
	 * only we get the terminal's signals. */
	setpgid(0, 0);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, call->gently ? SIGTERM : SIGKILL);
	if (getppid() != parent) /* the parent has been killed; its guard cleans up */
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	umask(022);
	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(call->errors ? call->errors : output, STDERR_FILENO) < 0)
		_exit(127);
	if (call->namespace >= 0 && !go_to(call->namespace))
		_exit(127);
	for (size_t i = 0; call->environment && call->environment[i]; i++)
		putenv((char *)(uintptr_t)call->environment[i]);
	(void)io_close_rest();
	execvp(call->argv[0], (char *const *)(uintptr_t)call->argv);
	dprintf(STDERR_FILENO, "cannot execute %s: %s\n", call->argv[0], strerror(errno));
	_exit(127);
}

/* Waits for a program that got SIGTERM, even if we are interrupted again. */
static void await_gentle_end(pid_t pid)
{
	int fd = pidfd_of(pid);
	struct pollfd p = {fd, POLLIN, 0};
	int64_t until = command_now() + GENTLE_MS, left;

	while (fd >= 0 && (left = until - command_now()) > 0 && poll(&p, 1, (int)left) <= 0)
		;
	if (fd >= 0)
		close(fd);
}

/* Waits until the program ends.  Returns its status, or -1 after ending it. */
static int await_command(pid_t pid, int64_t until, bool gently)
{
	int fd = pidfd_of(pid), status;

	for (;;) {
		struct pollfd p = {fd, POLLIN, 0};
		int64_t left = until - command_now();

		if (fd < 0 || left <= 0 || command_interrupted)
			break;
		if (poll(&p, 1, (int)left) > 0)
			break;
	}
	if (fd >= 0)
		close(fd);
	if (waitpid(pid, &status, WNOHANG) == pid)
		return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (gently) {
		kill(pid, SIGTERM);
		await_gentle_end(pid);
	}
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return -1;
}

int command_run(const struct command_call *call)
{
	pid_t pid, parent = getpid();

	if (command_interrupted)
		return -1;
	pid = fork();
	if (pid == 0)
		become_command(call, parent);
	return pid < 0 ? -1 : await_command(pid, command_now() + call->milliseconds,
						   call->gently);
}

int command_shell(const char *line, const struct command_call *call)
{
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};
	struct command_call shell = *call;

	shell.argv = argv;
	return command_run(&shell);
}

/* ---- What it said ------------------------------------------------------------------ */

int command_sink(void)
{
	return memfd_create("capgate-learn", MFD_CLOEXEC);
}

void command_empty(int sink)
{
	if (sink >= 0 && ftruncate(sink, 0) == 0)
		(void)lseek(sink, 0, SEEK_SET);
}

void command_last_line(int sink, char *buf, size_t size)
{
	char text[2048];
	struct capgate_out out = {buf, size - 1, 0};
	off_t end = lseek(sink, 0, SEEK_END),
	      from = end > (off_t)sizeof(text) ? end - (off_t)sizeof(text) : 0;
	ssize_t n = end > 0 ? pread(sink, text, sizeof(text), from) : 0;
	size_t last = n > 0 ? (size_t)n : 0, first;

	while (last && (capgate_is_blank(text[last - 1]) || !text[last - 1]))
		last--;
	for (first = last; first && text[first - 1] != '\n'; first--)
		;
	capgate_out_visible(&out, (struct capgate_text){text + first, last - first});
	buf[capgate_out_text(&out).len] = '\0';
}

int command_text(int sink, struct capgate_text *ret, struct capgate_error *err)
{
	if (lseek(sink, 0, SEEK_SET) < 0)
		return io_fail(err, "cannot read", "an output");
	return io_read_all(sink, (size_t)4 << 20, ret, err);
}
