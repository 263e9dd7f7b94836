/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "orders.h"
#include "settings.h"

#define PROGRAM "capgate-learn"

static int tracer_failed(struct capgate_error *err, enum capgate_status code, const char *what,
			 const char *why)
{
	return capgate_fail(err, code, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, PROGRAM ": %s%s", what,
			    why);
}

/* ---- Starting ---------------------------------------------------------------------- */

/* Both programs are installed in one directory, so PATH does not matter. */
static int path_beside_us(char ret[PATH_MAX], struct capgate_error *err)
{
	ssize_t n = readlink("/proc/self/exe", ret, PATH_MAX - sizeof(PROGRAM) - 1);
	char *last;

	if (n <= 0)
		return tracer_failed(err, CAPGATE_EIO, "/proc/self/exe: ", strerror(errno));
	ret[n] = '\0';
	last = strrchr(ret, '/');
	if (!last)
		return tracer_failed(err, CAPGATE_EIO, "/proc/self/exe: ", "no path");
	strcpy(last + 1, PROGRAM);
	return 0;
}

static int open_program(struct capgate_error *err)
{
	char path[PATH_MAX];
	bool missing;
	int fd;

	if (path_beside_us(path, err) < 0)
		return err->code;
	fd = trusted_open(path, &missing, err);
	if (fd < 0 && missing)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "%.200s is not installed (package capgate-learn)", path);
	return fd;
}

static void become_tracer(int program, int orders, int answers, unsigned kilobytes,
			  uint64_t outside)
{
	char name[] = PROGRAM, command[] = "trace", rows[16], number[32],
	     *argv[] = {name, command, rows, number, NULL};
	char *const environment[] = {NULL};
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	snprintf(rows, sizeof(rows), "%u", kilobytes);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)outside);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN); /* capgate ends it */
	if (nothing < 0 || dup2(orders, STDIN_FILENO) < 0 || dup2(answers, STDOUT_FILENO) < 0 ||
	    dup2(nothing, STDERR_FILENO) < 0)
		_exit(127);
	fexecve(program, argv, environment);
	_exit(127);
}

static int fork_tracer(int program, unsigned kilobytes, uint64_t outside, struct tracer *ret,
		       struct capgate_error *err)
{
	int orders[2], answers[2];
	struct tracer t = {0};

	if (pipe2(orders, O_CLOEXEC) < 0)
		return tracer_failed(err, CAPGATE_EIO, "cannot make a pipe: ", strerror(errno));
	if (pipe2(answers, O_CLOEXEC) < 0) {
		close(orders[0]);
		close(orders[1]);
		return tracer_failed(err, CAPGATE_EIO, "cannot make a pipe: ", strerror(errno));
	}
	t.pid = fork();
	if (t.pid == 0)
		become_tracer(program, orders[0], answers[1], kilobytes, outside);
	close(orders[0]);
	close(answers[1]);
	t.orders = orders[1];
	t.answers = answers[0];
	if (t.pid < 0) {
		t.pid = 0;
		close(t.orders);
		close(t.answers);
		return tracer_failed(err, CAPGATE_EIO, "cannot start a process: ", strerror(errno));
	}
	*ret = t;
	return 0;
}

/* ---- Talking ----------------------------------------------------------------------- */

static bool read_whole(int fd, void *buf, size_t size)
{
	for (size_t have = 0; have < size;) {
		ssize_t n = read(fd, (char *)buf + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		have += (size_t)n;
	}
	return true;
}

static int hear_hello(const struct tracer *t, struct capgate_error *err)
{
	struct tracer_hello hello;

	if (!read_whole(t->answers, &hello, sizeof(hello)) ||
	    memcmp(hello.magic, TRACER_MAGIC, sizeof(hello.magic)) != 0)
		return tracer_failed(err, CAPGATE_EPOLICY, "it does not answer",
				     "; install the same version of capgate and capgate-learn");
	hello.version[sizeof(hello.version) - 1] = hello.why[sizeof(hello.why) - 1] = '\0';
	if (strcmp(hello.version, CAPGATE_VERSION) != 0)
		return capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    PROGRAM " has version %s, and capgate has " CAPGATE_VERSION
					    "; install the same version of both",
				    hello.version);
	return hello.error ? tracer_failed(err, CAPGATE_EIO, hello.why, "") : 0;
}

int tracer_start(unsigned kilobytes, uint64_t outside, struct tracer *ret,
		 struct capgate_error *err)
{
	struct tracer t;
	int program = open_program(err), status;

	if (program < 0)
		return err->code;
	status = fork_tracer(program, kilobytes, outside, &t, err);
	close(program);
	if (status < 0)
		return status;
	if (hear_hello(&t, err) < 0) {
		tracer_stop(&t);
		return err->code;
	}
	*ret = t;
	return 0;
}

static int give_order(const struct tracer *t, enum tracer_order_kind kind, uint64_t mntns,
		      struct capgate_error *err)
{
	const struct tracer_order order = {kind, mntns};
	struct tracer_answer answer;

	if (io_write_all(t->orders, (struct capgate_text){(const char *)&order, sizeof(order)},
			 err) < 0)
		return err->code;
	if (!read_whole(t->answers, &answer, sizeof(answer)))
		return tracer_failed(err, CAPGATE_EIO, "it has ended", "");
	answer.why[sizeof(answer.why) - 1] = '\0';
	return answer.error ? tracer_failed(err, CAPGATE_EIO, answer.why, "") : 0;
}

static int order_about(const struct tracer *t, enum tracer_order_kind kind, pid_t pid,
		       struct capgate_error *err)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	if (stat(path, &st) < 0)
		return tracer_failed(err, CAPGATE_EIO,
				     "cannot find the first process: ", strerror(errno));
	return give_order(t, kind, st.st_ino, err);
}

int tracer_follow(const struct tracer *t, pid_t first, struct capgate_error *err)
{
	return order_about(t, ORDER_FOLLOW, first, err);
}

int tracer_first(const struct tracer *t, pid_t first, struct capgate_error *err)
{
	return order_about(t, ORDER_FIRST, first, err);
}

/* ---- The end ----------------------------------------------------------------------- */

int tracer_finish(struct tracer *t, struct trace_table *ret, uint64_t *lost,
		  struct capgate_error *err)
{
	struct tracer_end *end = io_block(sizeof(*end));
	int status = -1;

	if (!end)
		return tracer_failed(err, CAPGATE_EIO, "out of memory", "");
	if (give_order(t, ORDER_END, 0, err) == 0) {
		if (read_whole(t->answers, end, sizeof(*end)) && trace_table_is_sound(&end->table))
			status = 0;
		else
			tracer_failed(err, CAPGATE_EIO, "its answer is incomplete", "");
	}
	if (status == 0) {
		*lost = end->lost;
		memcpy(ret, &end->table, sizeof(*ret));
	}
	munmap(end, sizeof(*end));
	tracer_stop(t);
	return status == 0 ? 0 : (int)err->code;
}

void tracer_stop(struct tracer *t)
{
	if (t->pid <= 0)
		return;
	close(t->orders);
	close(t->answers);
	kill(t->pid, SIGKILL);
	while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
		;
	t->pid = 0;
}
