/* SPDX-License-Identifier: Apache-2.0 */
#include "toucher.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "reading.h"

struct order {
	pid_t pid;
	bool first;
};

/* ---- The process ------------------------------------------------------------------- */

/* 0, or errno. */
static int write_back(pid_t pid)
{
	char path[64], value[32];
	int fd, status = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", (int)pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return errno;
	n = read(fd, value, sizeof(value));
	if (n <= 0 || pwrite(fd, value, (size_t)n, 0) != n)
		status = n == 0 ? EIO : errno;
	close(fd);
	return status;
}

/* setns fails with EINVAL if it is our own namespace. */
static int enter_and_ask(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (setns(fd, CLONE_NEWUSER) < 0 && errno != EINVAL)
		return errno;
	(void)!chroot("/"); /* the check alone matters */
	return 0;
}

static int name_userns(pid_t pid)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(enter_and_ask(pid));
	if (child < 0)
		return errno;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

/* The words are copied to the stack, because Linux 6.1 does not fault in the page that
 * trace_marker reads, and after a fork the page of a constant may be absent. */
int toucher_mark(int marker, const char *words)
{
	char here[64];
	size_t n = strlen(words);

	if (n > sizeof(here))
		return EINVAL;
	memcpy(here, words, n);
	return write(marker, here, n) == (ssize_t)n ? 0 : errno ? errno : EIO;
}

static void obey(int marker, int orders, int answers)
{
	struct order order;

	for (int status = toucher_mark(marker, TRACE_MARK_TOUCHER);
	     write(answers, &status, sizeof(status)) == sizeof(status);) {
		if (read(orders, &order, sizeof(order)) != sizeof(order))
			_exit(0);
		status = order.first ? toucher_mark(marker, TRACE_MARK_TOUCHER) : 0;
		if (status == 0)
			status = write_back(order.pid);
		if (status == 0 && order.first)
			status = name_userns(order.pid);
	}
	_exit(1);
}

/* ---- Its owner --------------------------------------------------------------------- */

static int toucher_failed(const char *what, int error, struct capgate_error *err)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s: %s", what,
			    strerror(error));
}

static int take_answer(const struct toucher *t, const char *what, struct capgate_error *err)
{
	int status;

	if (read(t->answers, &status, sizeof(status)) != sizeof(status))
		return toucher_failed(what, EIO, err);
	return status ? toucher_failed(what, status, err) : 0;
}

int toucher_start(int marker, struct toucher *ret, struct capgate_error *err)
{
	int orders[2], answers[2];
	struct toucher t = {0};

	if (pipe2(orders, O_CLOEXEC) < 0)
		return toucher_failed("cannot make a pipe", errno, err);
	if (pipe2(answers, O_CLOEXEC) < 0) {
		close(orders[0]);
		close(orders[1]);
		return toucher_failed("cannot make a pipe", errno, err);
	}
	t.pid = fork();
	if (t.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(orders[1]);
		close(answers[0]);
		obey(marker, orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	t.orders = orders[1];
	t.answers = answers[0];
	if (t.pid < 0) {
		close(t.orders);
		close(t.answers);
		return toucher_failed("cannot start a process", errno, err);
	}
	*ret = t;
	return take_answer(&t, "trace_marker cannot be written", err);
}

void toucher_stop(struct toucher *t)
{
	if (t->pid <= 0)
		return;
	close(t->orders);
	close(t->answers);
	while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
		;
	t->pid = 0;
}

int toucher_touch(const struct toucher *t, pid_t pid, bool first, struct capgate_error *err)
{
	const struct order order = {pid, first};
	struct capgate_text bytes = {(const char *)&order, sizeof(order)};

	if (io_write_all(t->orders, bytes, err) < 0)
		return err->code;
	return take_answer(t, "a process cannot be found in the trace", err);
}
