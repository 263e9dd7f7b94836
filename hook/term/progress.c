/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "hook/report/report.h"
#include "terminal.h"

/* To the first column, and what stands there away: four bytes, no column. */
#define ERASE "\r\033[K"
#define ERASE_BYTES (sizeof(ERASE) - 1)

#define BETWEEN_MS 200
/* What is done sooner needs no progress. */
#define FIRST_MS 1000

static struct {
	bool active, shown, counting;
	struct timespec begun, drawn;
	pthread_t counter;
	char **paths;
	size_t n;
	atomic_size_t total; /* 0: not known yet */
	atomic_bool stop;
} state;

static long milliseconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

static void *count(void *user)
{
	struct check_inputs *inputs = check_inputs_new(state.paths, state.n);
	size_t total = 0;
	const char *why;
	char *path;

	(void)user;
	while (inputs && !atomic_load(&state.stop) && (path = check_inputs_next(inputs, &why))) {
		free(path);
		total++;
	}
	check_inputs_free(inputs);
	atomic_store(&state.total, total);
	return NULL;
}

void progress_begin(char **paths, size_t n)
{
	state.active = isatty(STDERR_FILENO) && !terminal_is_dumb();
	state.paths = paths;
	state.n = n;
	clock_gettime(CLOCK_MONOTONIC, &state.begun);
	state.drawn = state.begun;
}

static void write_line(const struct capgate_out *out)
{
	/* A progress line that cannot be shown is no loss. */
	size_t room = out->size;
	unsigned width = terminal_width(STDERR_FILENO);
	ssize_t n;

	/* One that breaks could not be taken back. */
	if (width && width + ERASE_BYTES - 1 < room)
		room = width + ERASE_BYTES - 1;
	n = write(STDERR_FILENO, out->p, out->len < room ? out->len : room);

	(void)n;
}

/* "  1234 of 100000, 4321 a second, 23 s left" */
static void draw(size_t done, long ms)
{
	char line[160];
	struct capgate_out out = {line, sizeof(line), 0};
	size_t total = atomic_load(&state.total), rate = done * 1000 / (size_t)(ms > 0 ? ms : 1);

	capgate_out_format(&out, ERASE "%zu", done);
	if (total >= done && total > 0)
		capgate_out_format(&out, " of %zu", total);
	capgate_out_format(&out, " judged, %zu a second", rate);
	if (total >= done && rate > 0)
		capgate_out_format(&out, ", %zu s left", (total - done + rate - 1) / rate);
	write_line(&out);
	state.shown = true;
}

void progress_step(size_t done)
{
	long ms;

	if (!state.active)
		return;
	ms = milliseconds_since(&state.begun);
	if (ms < FIRST_MS || milliseconds_since(&state.drawn) < BETWEEN_MS)
		return;
	if (!state.counting) {
		sigset_t all, old;

		sigfillset(&all);
		pthread_sigmask(SIG_BLOCK, &all, &old);
		state.counting = pthread_create(&state.counter, NULL, count, NULL) == 0;
		pthread_sigmask(SIG_SETMASK, &old, NULL);
	}
	clock_gettime(CLOCK_MONOTONIC, &state.drawn);
	draw(done, ms);
}

void progress_hide(void)
{
	char line[8];
	struct capgate_out out = {line, sizeof(line), 0};

	if (!state.shown)
		return;
	capgate_out_string(&out, ERASE);
	write_line(&out);
	state.shown = false;
}

void progress_end(void)
{
	progress_hide();
	atomic_store(&state.stop, true);
	if (state.counting)
		pthread_join(state.counter, NULL);
	state.counting = false;
}
