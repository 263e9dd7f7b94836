/* SPDX-License-Identifier: Apache-2.0 */
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* ---- The process ------------------------------------------------------------------- */

/* False: the trace has ended. */
static bool read_lines(struct trace_reading *reading, char *buf, size_t *have)
{
	char *line = buf, *end;
	bool more = true;

	while (more && (end = memchr(line, '\n', *have - (size_t)(line - buf)))) {
		more = trace_reading_line(reading,
					  (struct capgate_text){line, (size_t)(end - line)});
		line = end + 1;
	}
	*have -= (size_t)(line - buf);
	memmove(buf, line, *have);
	return more;
}

static void read_all(struct trace_reading *reading)
{
	static char buf[1 << 16];
	size_t have = 0;

	for (;;) {
		ssize_t n = read(STDIN_FILENO, buf + have, sizeof(buf) - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			_exit(1);
		have += (size_t)n;
		if (!read_lines(reading, buf, &have))
			return;
		if (have == sizeof(buf)) /* no line of a trace is that long */
			_exit(1);
	}
}

static void read_apart(const char *empty)
{
	struct trace_table *table = io_block(sizeof(*table));
	struct capgate_arena arena = {0};
	struct trace_reading *reading;
	void *block = io_block(TRACE_READING_ROOM);
	struct capgate_error err;

	if (!table || !block || chroot(empty) < 0 || chdir("/") < 0)
		_exit(1);
	capgate_arena_init(&arena, block, TRACE_READING_ROOM);
	reading = trace_reading_new(&arena);
	if (!reading || confine_linter(CONFINE_READ, false, &err) < 0)
		_exit(2);
	read_all(reading);
	trace_reading_table(reading, table);
	_exit(io_write_all(STDOUT_FILENO,
			   (struct capgate_text){(const char *)table, sizeof(*table)}, &err) < 0);
}

static void become_reader(int pipe, int answer, const char *empty)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN); /* capgate ends it */
	if (dup2(pipe, STDIN_FILENO) < 0 || dup2(answer, STDOUT_FILENO) < 0 ||
	    close_range(STDERR_FILENO + 1, ~0U, 0) < 0)
		_exit(1);
	read_apart(empty);
}

/* ---- Its owner --------------------------------------------------------------------- */

static int reader_failed(struct capgate_error *err, const char *what, const char *why)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s%s", what,
			    why);
}

int trace_reader_start(const struct trace_instance *t, const char *empty, struct trace_reader *ret,
		       struct capgate_error *err)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return reader_failed(err, "cannot make a pipe: ", strerror(errno));
	pid = fork();
	if (pid == 0)
		become_reader(t->pipe, ends[1], empty);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return reader_failed(err, "cannot start a process: ", strerror(errno));
	}
	*ret = (struct trace_reader){pid, ends[0]};
	return 0;
}

static int await_reader(struct trace_reader *r)
{
	int status;

	close(r->answer);
	while (waitpid(r->pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	r->pid = 0;
	return status;
}

int trace_reader_finish(const struct trace_instance *t, struct trace_reader *r,
			struct trace_table *ret, struct capgate_error *err)
{
	struct capgate_text answer = {0};
	int read_status, status;
	bool whole;

	trace_mark_end(t);
	read_status = io_read_all(r->answer, sizeof(*ret), &answer, err);
	status = await_reader(r);
	whole = read_status == 0 && status == 0 && answer.len == sizeof(*ret);
	if (whole) {
		memcpy(ret, answer.p, sizeof(*ret));
		whole = trace_table_is_sound(ret);
	}
	if (read_status == 0)
		io_free(answer);
	return whole ? 0 : reader_failed(err, "the trace could not be read", "");
}

void trace_reader_kill(struct trace_reader *r)
{
	if (r->pid <= 0)
		return;
	kill(r->pid, SIGKILL);
	(void)await_reader(r);
}
