/* SPDX-License-Identifier: Apache-2.0 */
#include "steps.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"
#include "command.h"

#define ERASE "\r\033[K"

static void show(struct steps *s, const char *line)
{
	char text[400];
	unsigned width = terminal_width(STDERR_FILENO);
	int n;

	if (!s->on)
		return;
	if (!s->terminal) {
		io_say("learn: %s", line);
		return;
	}
	n = snprintf(text, sizeof(text), ERASE "%.*s",
		     width > 1 && width < 200 ? (int)width - 1 : 200, line);
	(void)!write(STDERR_FILENO, text, (size_t)n);
	s->shown = true;
}

void steps_begin(struct steps *s, bool on)
{
	*s = (struct steps){.on = on,
			    .terminal = isatty(STDERR_FILENO) && !terminal_is_dumb(),
			    .begun = command_now()};
	show(s, "run 1: with all capabilities, traced");
	s->run = 1;
}

void steps_plan(struct steps *s, size_t most, int64_t milliseconds)
{
	s->most = 1 + most;
	s->one = milliseconds;
}

static void name_run(struct steps *s, capgate_set without, capgate_set keep)
{
	struct capgate_out out = {s->words, sizeof(s->words) - 1, 0};

	if (capgate_set_empty(keep)) {
		capgate_out_string(&out, "without any capability");
	} else if (capgate_set_count(without) == 1) {
		capgate_out_string(&out, "without ");
		capgate_out_set(&out, without, " ");
	} else {
		capgate_out_string(&out, "with ");
		capgate_out_set(&out, keep, " ");
	}
	s->words[capgate_out_text(&out).len] = '\0';
}

void steps_next(struct steps *s, capgate_set without, capgate_set keep)
{
	s->run++;
	if (s->run > s->most) /* the set of the trace failed, so each is tried */
		s->most = s->run + (size_t)capgate_set_count(keep);
	name_run(s, without, keep);
}

void steps_again(struct steps *s, int nth)
{
	char line[400], again[32] = "";
	/* Failing runs take longer than passing ones, because they wait. */
	int64_t left = (int64_t)(s->most - s->run + 1) * s->one * 3 / 2 / 1000;

	if (nth > 1)
		snprintf(again, sizeof(again), ", try %d of 3", nth);
	snprintf(line, sizeof(line), "run %zu of at most %zu: %s%s; about %lld s more", s->run,
		 s->most, s->words, again, (long long)(left > 0 ? left : 1));
	show(s, line);
}

void steps_end(struct steps *s)
{
	if (s->shown)
		(void)!write(STDERR_FILENO, ERASE, sizeof(ERASE) - 1);
	s->shown = false;
}
