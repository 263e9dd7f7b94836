/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's counts of a container grow until it has ended.  Each time, they replace what is
 * stored for the container, so that nothing is counted twice even if this process is killed
 * between two steps:
 *
 * 1.  The counts are written into the record of the container's name.  The file is replaced as
 * a whole.
 *
 * 2.  When the container has ended, the same write adds them to the sums and notes that it did.
 *
 * 3.  Then they are deleted from the kernel.  The next write removes the note.
 */
#include "keep.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hook/lessons/lessons.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "command.h"
#include "counted.h"

/* How often a record is written if only its time has changed. */
#define IDLE_SECONDS 60
#define NANO INT64_C(1000000000)

struct keeping {
	const char *store;
	struct counted counted;
	struct lesson lesson, before;
	int64_t since;        /* 1970-01-01 in nanoseconds of CLOCK_BOOTTIME; negative */
	uint64_t lost_before; /* at the last reading */
	bool failed;
};

/* ---- Time -------------------------------------------------------------------------- */

static int64_t nanoseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NANO + t.tv_nsec;
}

/* Seconds since 1970. */
static int64_t wall_seconds(const struct keeping *k, uint64_t ns)
{
	int64_t seconds = ((int64_t)ns - k->since) / NANO;

	return seconds > 0 ? seconds : 0;
}

/* ---- One name ---------------------------------------------------------------------- */

static const struct counted_run *find_counted(const struct keeping *k, uint64_t token)
{
	for (size_t i = 0; i < k->counted.n_runs; i++)
		if (k->counted.run[i].token == token)
			return &k->counted.run[i];
	return NULL;
}

/* Ends the runs that the kernel no longer knows, because the machine or the recorder was
 * restarted.  They ended when they were last seen. */
static void settle_gone(struct keeping *k)
{
	struct lesson *l = &k->lesson;

	for (size_t i = l->n_runs; i-- > 0;) {
		if (find_counted(k, l->run[i].token))
			continue;
		lesson_fold(l, &l->run[i]);
		lesson_drop(l, &l->run[i]);
	}
}

static void add_rows(struct keeping *k, uint64_t token)
{
	lesson_clear(&k->lesson, token);
	for (size_t i = 0; i < k->counted.n_rows; i++) {
		const struct counted_row *c = &k->counted.row[i];
		struct lesson_row row = {.token = token,
					 .cap = (int)c->key.capability,
					 .count = c->value.count,
					 .granted = c->value.granted,
					 .first = wall_seconds(k, c->value.first_ns),
					 .last = wall_seconds(k, c->value.last_ns)};

		if (c->key.token != token || c->key.capability >= CAPGATE_NCAPS)
			continue;
		if (row.granted > row.count) /* read between the kernel's two additions */
			row.granted = row.count;
		memcpy(row.program, c->key.comm, LEARN_COMM);
		lesson_add(&k->lesson, &row);
	}
}

/* How many checks a run has caused. */
static uint64_t asked_by(const struct lesson *l, uint64_t token)
{
	uint64_t n = 0;

	for (size_t i = 0; i < l->n_rows; i++)
		if (l->row[i].token == token)
			n += l->row[i].count;
	return n;
}

/* If the record has no room for the run, it stays in the kernel for now. */
static void take_run(struct keeping *k, const struct counted_run *c)
{
	struct lesson_run *run =
		lesson_run_of(&k->lesson, c->token, wall_seconds(k, c->begun.began_ns));
	const bool ended = c->begun.ended_ns != 0;
	int64_t last;

	if (!run || run->over)
		return;
	add_rows(k, c->token);
	last = ended ? wall_seconds(k, c->begun.ended_ns)
		     : wall_seconds(k, (uint64_t)nanoseconds(CLOCK_BOOTTIME));
	if (ended || last - run->last >= IDLE_SECONDS ||
	    asked_by(&k->lesson, c->token) != asked_by(&k->before, c->token))
		run->last = last > run->began ? last : run->began;
	if (ended)
		lesson_fold(&k->lesson, run);
}

static void say_kept(struct keeping *k, const struct capgate_error *err)
{
	io_say_error("learn keep", err);
	k->failed = true;
}

/* Deletes the runs from the kernel that are in the stored sums. */
static void forget_over(const struct keeping *k)
{
	for (size_t i = 0; i < k->lesson.n_runs; i++)
		if (k->lesson.run[i].over)
			counted_forget(&k->counted, k->lesson.run[i].token);
}

static void keep_name(struct keeping *k, const char *name)
{
	const struct capgate_text text = capgate_text_of(name);
	struct capgate_error err;
	bool missing;

	if (store_read(k->store, text, &k->lesson, &missing, &err) < 0) {
		say_kept(k, &err);
		return;
	}
	memcpy(&k->before, &k->lesson, sizeof(k->before));
	settle_gone(k);
	for (size_t i = 0; i < k->counted.n_runs; i++)
		if (strcmp(k->counted.run[i].begun.name, name) == 0)
			take_run(k, &k->counted.run[i]);
	if (k->lesson.n_runs && k->counted.n_lost > k->lost_before)
		k->lesson.lost += k->counted.n_lost - k->lost_before;
	if (memcmp(&k->before, &k->lesson, sizeof(k->before)) != 0 &&
	    store_write(k->store, &k->lesson, &err) < 0)
		say_kept(k, &err);
	else
		forget_over(k);
}

/* ---- All of them ------------------------------------------------------------------- */

static bool came_before(const struct keeping *k, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(k->counted.run[j].begun.name, k->counted.run[i].begun.name) == 0)
			return true;
	return false;
}

static void keep_all(struct keeping *k)
{
	counted_read(&k->counted);
	for (size_t i = 0; i < k->counted.n_runs; i++)
		if (!came_before(k, i))
			keep_name(k, k->counted.run[i].begun.name);
	k->lost_before = k->counted.n_lost;
}

static bool is_counted(const struct keeping *k, const char *name)
{
	for (size_t i = 0; i < k->counted.n_runs; i++)
		if (strcmp(k->counted.run[i].begun.name, name) == 0)
			return true;
	return false;
}

/* Ends the runs in a file that are stored as running but are not. */
static int settle_file(void *user, const char *file)
{
	struct keeping *k = user;
	struct capgate_text text = {0};
	struct capgate_arena arena = {0};
	struct capgate_error err;
	char name[LESSON_NAME];
	bool missing;
	int status = store_read_text(k->store, file, &text, &missing, &err);

	if (status == 0 && lesson_is_record(text))
		status = io_arena(text.len + sizeof(k->lesson), &arena, &err);
	if (status == 0 && lesson_is_record(text))
		status = lesson_parse(text, &arena, &k->lesson, &err);
	if (status < 0)
		io_say_error(file, &err);
	if (status == 0 && lesson_is_record(text) && k->lesson.n_runs &&
	    !is_counted(k, k->lesson.name)) {
		memcpy(name, k->lesson.name, sizeof(name));
		keep_name(k, name);
	}
	io_arena_release(&arena);
	io_free(text);
	return 0;
}

int keep_records(const char *store, int milliseconds, bool once)
{
	struct keeping *k = io_block(sizeof(*k));
	struct capgate_error err;

	if (!k) {
		io_say("learn keep: out of memory");
		return STATUS_SYSTEM;
	}
	k->store = store;
	if (counted_open(&k->counted, &err) < 0) {
		io_say_error("learn keep", &err);
		return STATUS_NO_TRACER;
	}
	command_catch_signals();
	k->since = nanoseconds(CLOCK_BOOTTIME) - nanoseconds(CLOCK_REALTIME);
	counted_read(&k->counted);
	if (store_each(store, STORE_RECORD, settle_file, k, &err) < 0)
		say_kept(k, &err);
	while (!once && !command_interrupted) {
		keep_all(k);
		command_sleep(milliseconds);
	}
	keep_all(k);
	return k->failed && once ? STATUS_NOT_JUDGED : STATUS_OK;
}
