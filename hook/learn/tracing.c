/* SPDX-License-Identifier: Apache-2.0 */
#include "tracing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/base.h"

int tracing_open(struct tracing *t, struct capgate_error *err)
{
	char path[PATH_MAX];

	session_path(t->session, "tracing", path);
	if (trace_open(path, t->session->id, t->kilobytes, &t->instance, err) < 0)
		return err->code;
	t->open = true;
	return 0;
}

/* The first process and its threads: a runtime written in Go has some, and one of them
 * executes the program. */
static size_t threads_of(pid_t pid, pid_t pids[SUBJECT_FOREBEARS])
{
	char path[64];
	size_t n = 0;
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	while (dir && n < SUBJECT_FOREBEARS && (e = readdir(dir)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			pids[n++] = (pid_t)strtol(e->d_name, NULL, 10);
	if (dir)
		closedir(dir);
	return n;
}

int tracing_begin(struct tracing *t, struct subject *subject, pid_t first,
		  struct capgate_error *err)
{
	char empty[PATH_MAX];
	pid_t pids[SUBJECT_FOREBEARS];
	size_t n = 0;

	if (first)
		n = threads_of(first, pids);
	else if (subject->forebears)
		n = subject->forebears(subject, pids);
	session_path(t->session, "empty", empty);
	if (n == 0 || trace_follow(&t->instance, pids, n, err) < 0 ||
	    trace_begin(&t->instance, err) < 0 ||
	    trace_reader_start(&t->instance, empty, &t->reader, err) < 0)
		return n ? (int)err->code
			 : capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
					"there is no process to trace");
	t->reading = true;
	return first ? trace_first(&t->instance, first, err) : 0;
}

void tracing_first(struct tracing *t, pid_t first)
{
	struct capgate_error ignored;

	/* It may have ended: then the trace says nothing about it. */
	(void)!trace_first(&t->instance, first, &ignored);
}

int tracing_end(struct tracing *t, struct trace_table *ret, uint64_t *lost)
{
	struct capgate_error ignored;

	if (!t->reading)
		return CAPGATE_EIO;
	t->reading = false;
	if (trace_reader_finish(&t->instance, &t->reader, ret, &ignored) < 0)
		return ignored.code;
	return trace_lost(&t->instance, lost, &ignored);
}

void tracing_close(struct tracing *t)
{
	if (t->reading)
		trace_reader_kill(&t->reader);
	if (t->open)
		trace_close(&t->instance);
	t->reading = t->open = false;
}
