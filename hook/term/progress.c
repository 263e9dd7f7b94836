/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <time.h>
#include <unistd.h>

#include "capgate.h"
#include "terminal.h"

/* Moves to the first column and clears the line: four bytes that take no column. */
#define ERASE "\r\033[K"
#define ERASE_BYTES (sizeof(ERASE) - 1)

#define BETWEEN_MS 200
/* A shorter run shows no progress. */
#define FIRST_MS 1000

static struct {
	bool active, shown;
	struct timespec begun, drawn;
} state;

static long milliseconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

void progress_begin(void)
{
	state.active = isatty(STDERR_FILENO) && !terminal_is_dumb();
	clock_gettime(CLOCK_MONOTONIC, &state.begun);
	state.drawn = state.begun;
}

static void write_line(const struct capgate_out *out)
{
	/* A progress line that cannot be shown is no loss. */
	size_t room = out->size;
	unsigned width = terminal_width(STDERR_FILENO);
	ssize_t n;

	/* A wrapped line could not be erased. */
	if (width && width + ERASE_BYTES - 1 < room)
		room = width + ERASE_BYTES - 1;
	n = write(STDERR_FILENO, out->p, out->len < room ? out->len : room);

	(void)n;
}

/* Draws "1234 judged, 4321 a second". */
static void draw(size_t done, long ms)
{
	char line[160];
	struct capgate_out out = {line, sizeof(line), 0};

	capgate_out_format(&out, ERASE "%zu judged, %zu a second", done,
			   done * 1000 / (size_t)(ms > 0 ? ms : 1));
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
	state.active = false;
}
