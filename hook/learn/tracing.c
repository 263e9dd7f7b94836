/* SPDX-License-Identifier: Apache-2.0 */
#include "tracing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* ---- Which way --------------------------------------------------------------------- */

static int open_tracefs(struct tracing *t, struct capgate_error *err)
{
	char path[PATH_MAX];

	session_path(t->session, "tracing", path);
	if (trace_open(path, t->session->id, t->kilobytes, &t->instance, err) < 0)
		return err->code;
	t->backend = TRACING_TRACEFS;
	t->open = true;
	return 0;
}

/* A container whose first process is unknown until it runs is looked for among all that begin. */
static int open_bpf(struct tracing *t, const struct subject *subject, struct capgate_error *err)
{
	struct stat host = {0};

	if (subject->forebears && fstat(t->session->host, &host) < 0)
		return io_fail(err, "cannot look at", "the mount namespace");
	if (tracer_start(t->kilobytes, host.st_ino, &t->tracer, err) < 0)
		return err->code;
	t->backend = TRACING_BPF;
	t->open = true;
	return 0;
}

/* If only one way of tracing works, it is used; the message about the other appears once. */
static void report_other_way(const struct capgate_error *why)
{
	static bool reported;

	if (!reported && why->rule != CAPGATE_RULE_UNREADABLE)
		io_say("learn: %s; using tracefs instead", why->msg);
	reported = true;
}

int tracing_open(struct tracing *t, const struct subject *subject, struct capgate_error *err)
{
	struct capgate_error by_tracefs, by_bpf;

	if (t->backend == TRACING_TRACEFS)
		return open_tracefs(t, err);
	if (open_bpf(t, subject, err) == 0)
		return 0;
	/* A program that cannot be trusted is an error, not a reason to use the other way. */
	if (t->backend == TRACING_BPF || err->code == CAPGATE_EPOLICY)
		return err->code;
	if (open_tracefs(t, &by_tracefs) == 0) {
		report_other_way(err);
		return 0;
	}
	by_bpf = *err;
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%.200s; %.200s",
			    by_tracefs.msg, by_bpf.msg);
}

/* ---- By tracefs -------------------------------------------------------------------- */

/* Lists the threads of the first process: a runtime in Go has several, and any of them may
 * execute the program. */
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

static int begin_tracefs(struct tracing *t, struct subject *subject, pid_t first,
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

static int end_tracefs(struct tracing *t, struct trace_table *ret, uint64_t *lost,
		       struct capgate_error *err)
{
	if (trace_reader_finish(&t->instance, &t->reader, ret, err) < 0)
		return err->code;
	return trace_lost(&t->instance, lost, err);
}

/* ---- By either --------------------------------------------------------------------- */

int tracing_begin(struct tracing *t, struct subject *subject, pid_t first,
		  struct capgate_error *err)
{
	if (t->backend == TRACING_TRACEFS)
		return begin_tracefs(t, subject, first, err);
	t->reading = true;
	return first ? tracer_follow(&t->tracer, first, err) : 0;
}

void tracing_first(struct tracing *t, pid_t first)
{
	struct capgate_error ignored;

	/* It may have ended: then the trace says nothing about it. */
	if (t->backend == TRACING_TRACEFS)
		(void)!trace_first(&t->instance, first, &ignored);
	else
		(void)!tracer_first(&t->tracer, first, &ignored);
}

int tracing_end(struct tracing *t, struct trace_table *ret, uint64_t *lost)
{
	struct capgate_error ignored;

	if (!t->reading)
		return CAPGATE_EIO;
	t->reading = false;
	return t->backend == TRACING_TRACEFS ? end_tracefs(t, ret, lost, &ignored)
					     : tracer_finish(&t->tracer, ret, lost, &ignored);
}

void tracing_close(struct tracing *t)
{
	if (t->open && t->backend == TRACING_BPF)
		tracer_stop(&t->tracer);
	if (t->reading && t->backend == TRACING_TRACEFS)
		trace_reader_kill(&t->reader);
	if (t->open && t->backend == TRACING_TRACEFS)
		trace_close(&t->instance);
	t->reading = t->open = false;
}
