/* SPDX-License-Identifier: Apache-2.0 */
#include "lesson.h"

#include <string.h>

#include "lib/base/base.h"

bool lesson_name_is_fit(struct capgate_text name)
{
	if (name.len == 0 || name.len >= LESSON_NAME)
		return false;
	for (size_t i = 0, n; i < name.len; i += n) {
		n = capgate_utf8_length((const unsigned char *)name.p + i, name.len - i);
		if (n == 0 || (unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return false;
	}
	return true;
}

/* ---- Rows -------------------------------------------------------------------------- */

/* Copies the name of a task, which can choose any bytes. */
static void keep_program(char to[LESSON_PROGRAM], const char *from)
{
	size_t n = 0;

	for (; n < LESSON_PROGRAM - 1 && from[n]; n++)
		to[n] = from[n] > 0x20 && from[n] < 0x7f ? from[n] : '?';
	to[n] = '\0';
}

static struct lesson_row *find_row(struct lesson *l, const struct lesson_row *like)
{
	for (size_t i = 0; i < l->n_rows; i++)
		if (l->row[i].token == like->token && l->row[i].cap == like->cap &&
		    strcmp(l->row[i].program, like->program) == 0)
			return &l->row[i];
	return NULL;
}

static size_t programs_of(const struct lesson *l, uint64_t token, int cap)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_rows; i++)
		n += l->row[i].token == token && l->row[i].cap == cap && l->row[i].program[0];
	return n;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void widen(int64_t *first, int64_t *last, int64_t from, int64_t to)
{
	if (*first == 0 || (from != 0 && from < *first))
		*first = from;
	if (to > *last)
		*last = to;
}

void lesson_add(struct lesson *l, const struct lesson_row *row)
{
	struct lesson_row r = *row, *found;

	keep_program(r.program, row->program);
	found = find_row(l, &r);
	if (!found && r.program[0] && programs_of(l, r.token, r.cap) >= LESSON_PROGRAMS) {
		r.program[0] = '\0';
		found = find_row(l, &r);
	}
	if (found) {
		found->count = sum(found->count, r.count);
		found->granted = sum(found->granted, r.granted);
		widen(&found->first, &found->last, r.first, r.last);
	} else if (l->n_rows < LESSON_ROWS) {
		l->row[l->n_rows++] = r;
	} else {
		l->lost = sum(l->lost, r.count);
	}
}

void lesson_clear(struct lesson *l, uint64_t token)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n_rows; i++)
		if (l->row[i].token != token)
			l->row[kept++] = l->row[i];
	l->n_rows = kept;
}

/* ---- Runs -------------------------------------------------------------------------- */

struct lesson_run *lesson_run_of(struct lesson *l, uint64_t token, int64_t began)
{
	for (size_t i = 0; i < l->n_runs; i++)
		if (l->run[i].token == token)
			return &l->run[i];
	if (l->n_runs == LESSON_RUNS)
		return NULL;
	l->run[l->n_runs] = (struct lesson_run){.token = token, .began = began, .last = began};
	return &l->run[l->n_runs++];
}

/* Adds an ended run to the sums of *to; its rows are in from. */
static void add_run(struct lesson *to, const struct lesson *from, const struct lesson_run *run)
{
	to->runs = sum(to->runs, 1);
	if (run->last > run->began)
		to->seconds = sum(to->seconds, (uint64_t)(run->last - run->began));
	widen(&to->first, &to->last, run->began, run->last);
	for (size_t i = 0; i < from->n_rows; i++) {
		struct lesson_row row = from->row[i];

		if (row.token != run->token)
			continue;
		row.token = 0;
		lesson_add(to, &row);
	}
}

void lesson_fold(struct lesson *l, struct lesson_run *run)
{
	if (run->over)
		return;
	/* New rows are appended after those of the run, or added to older ones. */
	add_run(l, l, run);
	lesson_clear(l, run->token);
	run->over = true;
}

void lesson_drop(struct lesson *l, struct lesson_run *run)
{
	lesson_clear(l, run->token);
	*run = l->run[--l->n_runs];
}

void lesson_merge(struct lesson *l, const struct lesson *from)
{
	l->runs = sum(l->runs, from->runs);
	l->seconds = sum(l->seconds, from->seconds);
	l->lost = sum(l->lost, from->lost);
	widen(&l->first, &l->last, from->first, from->last);
	for (size_t i = 0; i < from->n_rows; i++)
		if (from->row[i].token == 0)
			lesson_add(l, &from->row[i]);
	for (size_t i = 0; i < from->n_runs; i++)
		if (!from->run[i].over)
			add_run(l, from, &from->run[i]);
}
