/* SPDX-License-Identifier: Apache-2.0 */
#include "study.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"
#include "command.h"
#include "steps.h"

/* A set fails if three runs fail, each with longer time limits. */
#define TRIES 3
#define GROWTHS 3
#define GROWTH 4
#define MOST_KILOBYTES 65536 /* for each processor, in runs with less */

struct trying {
	struct study *study;
	struct passage *less; /* the last run */
	struct steps steps;
};

/* ---- Runs with less ---------------------------------------------------------------- */

/* Only a trace shows a refused set*id or setgroups, so runs without these capabilities are
 * traced. */
static bool needs_trace(const struct study *s, capgate_set keep)
{
	capgate_set out = capgate_set_minus(s->start, keep);

	return s->followed && (capgate_set_has(out, CAPGATE_CAP_SETUID) ||
			       capgate_set_has(out, CAPGATE_CAP_SETGID));
}

static enum outcome try_once(struct trying *t, capgate_set keep, int patience)
{
	struct study *s = t->study;
	struct course course = *s->course;
	const struct course_try run = {.course = &course,
				       .subject = s->subject,
				       .keep = keep,
				       .trace = needs_trace(s, keep),
				       .full = &s->full,
				       .patience = patience};

	course.kilobytes = s->kilobytes;
	s->runs++;
	course_run(&run, t->less);
	if (t->less->outcome == OUTCOME_UNKNOWN && s->kilobytes < MOST_KILOBYTES)
		s->kilobytes *= GROWTH;
	return t->less->outcome;
}

/* One run that passes is enough. */
static bool is_final(enum outcome outcome)
{
	return outcome == OUTCOME_PASSED || outcome == OUTCOME_ABORTED;
}

static enum outcome try(void *user, capgate_set keep, char why[PLAN_WHY])
{
	struct trying *t = user;
	enum outcome outcome = OUTCOME_FAILED;
	bool unknown = false;

	steps_next(&t->steps, capgate_set_minus(t->study->start, keep), keep);
	for (int i = 1; i <= TRIES && !is_final(outcome); i++) {
		steps_again(&t->steps, i);
		outcome = try_once(t, keep, i);
		t->study->flaked += outcome == OUTCOME_PASSED && i > 1;
		unknown |= outcome == OUTCOME_UNKNOWN;
	}
	/* It did not fail three times. */
	if (outcome == OUTCOME_FAILED && unknown)
		outcome = OUTCOME_UNKNOWN;
	snprintf(why, PLAN_WHY, "%s", outcome == OUTCOME_PASSED ? "" : t->less->why);
	return outcome;
}

/* ---- The full run ------------------------------------------------------------------ */

static bool is_whole(const struct passage *p)
{
	return p->traced && p->lost == 0 && p->trace.complete;
}

/* Reads the executed files while the root file system exists. */
static void look_at_files(struct study *s)
{
	const struct trace_table *table = &s->full.trace;

	s->files = filecaps_needed(s->full.root, table);
	for (int c = 0; c < CAPGATE_NCAPS; c++)
		if (capgate_set_has(s->files, c))
			snprintf(s->file_of[c], sizeof(s->file_of[c]), "%s",
				 filecaps_whose(s->full.root, table, c));
	if (s->full.root >= 0)
		close(s->full.root);
	s->full.root = -1;
}

static enum study_end run_fully(struct study *s)
{
	struct course course = *s->course;
	const struct course_try run = {.course = &course,
				       .subject = s->subject,
				       .keep = s->subject->full,
				       .trace = true,
				       .keep_root = true,
				       .patience = 1};

	for (int i = 0; i < GROWTHS; i++, course.kilobytes *= GROWTH) {
		s->kilobytes = course.kilobytes;
		s->runs++;
		course_run(&run, &s->full);
		if (command_interrupted)
			return STUDY_INTERRUPTED;
		if (s->full.untraceable)
			return STUDY_UNTRACEABLE;
		/* SIGHUP ended the container, so it does not reload it. */
		if (s->full.outcome == OUTCOME_FAILED && s->full.reloads &&
		    strcmp(course.reload, "auto") == 0) {
			course.reload = "no";
			continue;
		}
		if (s->full.outcome != OUTCOME_PASSED)
			return STUDY_FULL_FAILED;
		if (is_whole(&s->full))
			return STUDY_LEARNED;
		if (s->words)
			io_say("learn: the trace is incomplete (%s, %llu events lost); repeating "
			       "the run with a larger buffer",
			       s->full.trace.complete ? "events came too fast"
						      : s->full.trace.why_not,
			       (unsigned long long)s->full.lost);
	}
	return STUDY_LOST;
}

/* ---- Sysctls in place of capabilities ---------------------------------------------- */

/* Tries sysctls one after the other, each together with those that worked. */
static void try_sysctls(struct trying *t, struct learned *l)
{
	struct study *s = t->study;
	capgate_set possible = {0};
	char why[PLAN_WHY];

	for (int c = -1; (c = capgate_set_next(l->keep, c + 1)) >= 0;) {
		const struct capgate_symptom *symptom = capgate_symptom_of(c);

		if (!symptom || !symptom->sysctl || command_interrupted)
			continue;
		s->subject->by_sysctl = capgate_set_or(possible, capgate_set_of(c));
		if (try(t, capgate_set_minus(l->keep, s->subject->by_sysctl), why) ==
		    OUTCOME_PASSED)
			possible = s->subject->by_sysctl;
	}
	s->subject->by_sysctl = (capgate_set){0};
	s->by_sysctl = possible;
}

/* ---- The whole --------------------------------------------------------------------- */

static void use_trace(struct study *s)
{
	s->start = capgate_set_and(s->subject->full, capgate_set_all());
	s->followed = s->full.trace.began;
	s->asked = capgate_set_and(trace_table_asked(&s->full.trace), s->start);
	s->used = capgate_set_and(trace_table_used(&s->full.trace), s->start);
	look_at_files(s);
	s->files = capgate_set_and(s->files, s->start);
	if (!s->followed)
		s->asked = s->start;
}

enum study_end study_run(struct study *s)
{
	struct trying t = {.study = s, .less = io_block(sizeof(*t.less))};
	struct plan plan = {.try = try, .user = &t};
	int64_t began = command_now();
	enum study_end end;

	if (!t.less)
		return STUDY_INTERRUPTED;
	steps_begin(&t.steps, s->words);
	end = run_fully(s);
	if (end == STUDY_LEARNED) {
		use_trace(s);
		plan.full = s->start;
		plan.asked = s->asked;
		plan.used = s->used;
		plan.files = s->files;
		steps_plan(&t.steps, plan_runs(&plan), command_now() - began);
		plan_run(&plan, &s->learned);
		if (s->learned.finished && !s->subject->no_sysctls)
			try_sysctls(&t, &s->learned);
		if (command_interrupted)
			end = STUDY_INTERRUPTED;
	}
	steps_end(&t.steps);
	s->milliseconds = command_now() - began;
	munmap(t.less, sizeof(*t.less));
	return end;
}
