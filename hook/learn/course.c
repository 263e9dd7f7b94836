/* SPDX-License-Identifier: Apache-2.0 */
#include "course.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "command.h"
#include "ports.h"

#define LOOKS 4
#define LEAST_MS 3000
#define ALONE_MS 2000
#define NOBODY 4194305 /* no process has this number: PID_MAX_LIMIT of <linux/threads.h> */

struct state {
	const struct course_try *run;
	struct passage *p;
	pid_t first;
	int pidfd; /* -1: it has ended, or is not known */
	int64_t started;
	int said;   /* standard error of the last check, exercise or reload */
	int status; /* of that command; -1: it was killed */
	char id[64], pid[32], state[128];
	const char *environment[4];
};

/* ---- Waiting ----------------------------------------------------------------------- */

static bool has_ended(const struct state *s)
{
	struct pollfd p = {s->pidfd, POLLIN, 0};

	return s->pidfd < 0 || poll(&p, 1, 0) > 0;
}

/* Returns false if the container has ended meanwhile, or we were interrupted. */
static bool pause_for(const struct state *s, int milliseconds)
{
	struct pollfd p = {s->pidfd, POLLIN, 0};

	return !command_interrupted && poll(&p, 1, milliseconds) == 0;
}

/* The time limit: three times as long as the full run took, and longer at each repetition. */
static int limit(const struct state *s, int full)
{
	int most = s->run->full ? 3 * full + 1000 : s->run->course->timeout;

	return (most < LEAST_MS ? LEAST_MS : most) * s->run->patience;
}

static void name_command(struct state *s)
{
	snprintf(s->id, sizeof(s->id), "CAPGATE_ID=%s", s->run->subject->session->id);
	snprintf(s->pid, sizeof(s->pid), "CAPGATE_PID=%d", (int)s->first);
	s->environment[0] = s->id;
	s->environment[1] = s->pid;
	if (s->run->subject->state) {
		snprintf(s->state, sizeof(s->state), "CAPGATE_STATE=%s", s->run->subject->state);
		s->environment[2] = s->state;
	}
}

static int shell(struct state *s, const char *line, int milliseconds)
{
	command_empty(s->said);
	s->status =
		command_shell(line, &(struct command_call){.namespace = s->run->subject->commands,
							   .output = -1,
							   .errors = s->said >= 0 ? s->said : 0,
							   .milliseconds = milliseconds,
							   .environment = s->environment});
	return s->status;
}

/* ---- Failures ---------------------------------------------------------------------- */

/* Says how the container ended, and which line it wrote last. */
static void say_end(struct state *s, const char *when)
{
	struct subject *subject = s->run->subject;
	int status = subject->status(subject, s->first);
	struct capgate_out out = {s->p->why, sizeof(s->p->why) - 1, 0};
	char line[160] = "";

	if (subject->sink >= 0)
		command_last_line(subject->sink, line, sizeof(line));
	capgate_out_format(&out, "it ended%s%s", when[0] ? " " : "", when);
	if (status >= 0)
		capgate_out_format(&out, " with status %d", status);
	if (line[0])
		capgate_out_format(&out, ": %s", line);
	s->p->why[capgate_out_text(&out).len] = '\0';
}

static bool failed(struct state *s, const char *why)
{
	s->p->outcome = command_interrupted ? OUTCOME_ABORTED : OUTCOME_FAILED;
	snprintf(s->p->why, sizeof(s->p->why), "%s", why);
	return false;
}

/* Says how the user's command ended, and which line it wrote last. */
static bool command_failed(struct state *s, const char *what)
{
	char why[PLAN_WHY], line[160] = "";
	struct capgate_out out = {why, sizeof(why) - 1, 0};

	if (s->said >= 0)
		command_last_line(s->said, line, sizeof(line));
	capgate_out_string(&out, what);
	if (s->status >= 0)
		capgate_out_format(&out, "; its command ended with status %d", s->status);
	else
		capgate_out_string(&out, "; its command was still running");
	if (line[0])
		capgate_out_format(&out, ": %s", line);
	why[capgate_out_text(&out).len] = '\0';
	return failed(s, why);
}

static bool ended_early(struct state *s, const char *when)
{
	s->p->outcome = command_interrupted ? OUTCOME_ABORTED : OUTCOME_FAILED;
	say_end(s, when);
	return false;
}

/* ---- The parts of a run ------------------------------------------------------------ */

/* Repeats the check until it succeeds. */
static bool become_ready(struct state *s, int milliseconds, const char *when)
{
	int64_t until = command_now() + milliseconds;

	for (;;) {
		int64_t left = until - command_now();

		if (has_ended(s))
			return ended_early(s, when);
		if (left <= 0 || command_interrupted)
			return command_failed(s, "the check did not succeed in time");
		if (shell(s, s->run->course->check, left < 1000 ? 1000 : (int)left) == 0)
			return !has_ended(s) || ended_early(s, when);
		if (!pause_for(s, 100) && !has_ended(s))
			return failed(s, "interrupted");
	}
}

static bool exercise(struct state *s)
{
	const struct course *c = s->run->course;

	if (!c->exercise)
		return true;
	if (shell(s, c->exercise, c->timeout * s->run->patience) != 0)
		return command_failed(s, "the exercise failed");
	return !has_ended(s) || ended_early(s, "during the exercise");
}

/* Does the process catch SIGHUP?  See SigCgt in proc_pid_status(5). */
static bool catches_hangup(pid_t pid)
{
	char path[64];
	struct capgate_text text;
	struct capgate_error err;
	bool missing, catches = false;
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (place_read(path, &text, &missing, &err) < 0 || missing)
		return false;
	at = memmem(text.p, text.len, "\nSigCgt:\t", 9);
	if (at && at + 9 + 16 <= text.p + text.len)
		catches = strtoull(at + 9, NULL, 16) & 1ULL << (SIGHUP - 1);
	io_free(text);
	return catches;
}

static bool reload(struct state *s)
{
	const struct course_try *run = s->run;
	const char *how = run->course->reload;

	if (strcmp(how, "no") == 0)
		return true;
	if (strcmp(how, "auto") != 0) {
		s->p->reloads = true;
		if (shell(s, how, run->course->timeout * run->patience) != 0)
			return command_failed(s, "the reload failed");
	} else {
		s->p->reloads = run->full ? run->full->reloads : catches_hangup(s->first);
		if (!s->p->reloads || kill(s->first, SIGHUP) < 0)
			return true;
	}
	/* If the reload breaks something, this shows after a moment. */
	(void)pause_for(s, 300);
	return become_ready(s, limit(s, s->p->ready), "after the reload");
}

/* Watches the processes for a while. */
static bool hold(struct state *s)
{
	for (int i = 0; i < LOOKS; i++) {
		if (!pause_for(s, s->run->course->hold / LOOKS))
			return has_ended(s) ? ended_early(s, "while it was watched")
					    : failed(s, "interrupted");
		creds_look(s->first, &s->p->creds);
	}
	return become_ready(s, limit(s, s->p->ready), "while it was watched");
}

/* Engines wait ten seconds before they kill a container. */
#define STOP_MS 10000

/* If the stop signal does not end the program in the full run, it is killed in all runs. */
static bool stop(struct state *s)
{
	struct subject *subject = s->run->subject;
	const struct passage *full = s->run->full;
	int64_t began = command_now();
	bool killed = full && full->ended >= STOP_MS;

	if (!subject->stop(subject, s->first, full && !killed ? limit(s, full->ended) : STOP_MS))
		return failed(s, "it did not end after the stop signal");
	s->p->ended = (int)(command_now() - began);
	s->p->status = subject->status(subject, s->first);
	if (full && s->p->status != full->status)
		return ended_early(s, "after the stop signal, differently from the full run,");
	return true;
}

static bool serve(struct state *s)
{
	if (!become_ready(s, limit(s, s->run->full ? s->run->full->ready : 0),
			  "before the check succeeded"))
		return false;
	s->p->ready = (int)(command_now() - s->started);
	if (!s->run->full)
		s->p->low_port = ports_lowest(s->first);
	return exercise(s) && reload(s) && hold(s) && stop(s);
}

/* Without a check, waits until the container has done its work and ends. */
static bool run_to_end(struct state *s)
{
	struct subject *subject = s->run->subject;
	int64_t until = command_now() + limit(s, s->run->full ? s->run->full->ready : 0);

	while (!has_ended(s))
		if (!pause_for(s, (int)(until - command_now() > 0 ? until - command_now() : 0)) &&
		    !has_ended(s))
			return failed(s, "interrupted");
		else if (!has_ended(s) && command_now() >= until)
			return failed(s, "it did not end in time");
	s->p->ready = (int)(command_now() - s->started);
	s->p->status = subject->status(subject, s->first);
	return s->p->status == 0 || ended_early(s, "");
}

/* ---- The whole --------------------------------------------------------------------- */

static bool broke(struct state *s, bool untraceable)
{
	s->p->outcome = untraceable || command_interrupted ? OUTCOME_ABORTED : OUTCOME_FAILED;
	s->p->untraceable = untraceable;
	snprintf(s->p->why, sizeof(s->p->why), "%s", s->p->err.msg);
	return false;
}

static void open_root(struct state *s)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root", (int)s->first);
	if (s->run->keep_root)
		s->p->root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Starts the program and finds its process, unless that has ended already. */
static bool begin(struct state *s, struct tracing *tracing)
{
	struct subject *subject = s->run->subject;
	pid_t pid = 0;

	if (tracing && tracing_open(tracing, subject, &s->p->err) < 0)
		return broke(s, true);
	if (subject->create(subject, s->run->keep, &pid, &s->p->err) < 0)
		return broke(s, false);
	if (tracing && tracing_begin(tracing, subject, pid, &s->p->err) < 0)
		return broke(s, true);
	s->first = pid;
	if (pid)
		open_root(s);
	s->pidfd = pid ? pidfd_of(pid) : -1;
	s->started = command_now();
	if (subject->start(subject, &s->p->err) < 0)
		return broke(s, false);
	if (!pid && (s->first = subject->first(subject)) > 0) {
		s->pidfd = pidfd_of(s->first);
		open_root(s);
		if (tracing && s->pidfd >= 0)
			tracing_first(tracing, s->first);
	}
	name_command(s);
	return true;
}

/* A run in which set*id or setgroups was refused does not pass. */
static void judge(struct state *s)
{
	const struct passage *full = s->run->full;
	const struct trace_refusal *refusal;

	if (s->p->outcome != OUTCOME_PASSED || !full)
		return;
	refusal = s->p->traced ? trace_table_new_refusal(&s->p->trace, &full->trace) : NULL;
	if (refusal) {
		s->p->outcome = OUTCOME_PRIVILEGE;
		snprintf(s->p->why, sizeof(s->p->why), "%s was refused to %.100s, which continued",
			 refusal->call, refusal->program);
	} else if (s->run->course->check &&
		   creds_have_more(&s->p->creds, &full->creds, s->p->why, sizeof(s->p->why))) {
		s->p->outcome = OUTCOME_PRIVILEGE;
	} else if (s->run->trace && (!s->p->traced || s->p->lost || !s->p->trace.complete)) {
		s->p->outcome = OUTCOME_UNKNOWN;
		snprintf(s->p->why, sizeof(s->p->why),
			 "its trace is incomplete, so it may not show a refused system call");
	}
}

void course_run(const struct course_try *run, struct passage *ret)
{
	struct state s = {.run = run, .p = ret, .pidfd = -1, .said = command_sink()};
	struct tracing tracing = {.session = run->subject->session,
				  .backend = run->course->backend,
				  .kilobytes = run->course->kilobytes};
	bool passed;

	memset(ret, 0, sizeof(*ret));
	ret->root = -1;
	ret->status = -1;
	command_empty(run->subject->sink);
	passed = begin(&s, run->trace ? &tracing : NULL) &&
		 (run->course->check ? serve(&s) : run_to_end(&s));
	if (passed)
		ret->outcome = OUTCOME_PASSED;
	ret->by_bpf = run->trace && tracing.backend == TRACING_BPF;
	if (run->trace && !ret->untraceable)
		ret->traced = tracing_end(&tracing, &ret->trace, &ret->lost) == 0;
	tracing_close(&tracing);
	run->subject->remove(run->subject);
	if (s.pidfd >= 0)
		close(s.pidfd);
	if (s.said >= 0)
		close(s.said);
	judge(&s);
	if (command_interrupted)
		ret->outcome = OUTCOME_ABORTED;
}

int course_check_alone(const struct course *course, struct subject *subject, char *said,
		       size_t size)
{
	const struct course_try run = {.course = course, .subject = subject};
	struct state s = {.run = &run, .first = NOBODY, .pidfd = -1, .said = command_sink()};

	name_command(&s);
	shell(&s, course->check, ALONE_MS);
	said[0] = '\0';
	if (s.said >= 0) {
		command_last_line(s.said, said, size);
		close(s.said);
	}
	return s.status;
}
