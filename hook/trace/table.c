/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <string.h>

#define MAGIC UINT64_C(0x6c6561726e2d3031)

/* ---- Adding ------------------------------------------------------------------------ */

static bool is_same_row(const struct trace_row *a, const struct trace_row *b)
{
	return a->cap == b->cap && a->granted == b->granted && a->noise == b->noise &&
	       strcmp(a->program, b->program) == 0 && strcmp(a->call, b->call) == 0 &&
	       strcmp(a->site, b->site) == 0;
}

void trace_table_begin(struct trace_table *t)
{
	memset(t, 0, sizeof(*t));
	t->magic = MAGIC;
}

bool trace_table_add_row(struct trace_table *t, const struct trace_row *row)
{
	for (size_t i = 0; i < t->n_rows; i++)
		if (is_same_row(&t->row[i], row)) {
			t->row[i].count += row->count;
			if (row->first < t->row[i].first)
				t->row[i].first = row->first;
			return true;
		}
	if (t->n_rows == TRACE_ROWS)
		return false;
	t->row[t->n_rows++] = *row;
	return true;
}

bool trace_table_add_file(struct trace_table *t, const char file[TRACE_PROGRAM])
{
	for (size_t i = 0; i < t->n_files; i++)
		if (strcmp(t->file[i], file) == 0)
			return true;
	if (t->n_files == TRACE_FILES)
		return false;
	memcpy(t->file[t->n_files++], file, TRACE_PROGRAM);
	return true;
}

static bool is_same_refusal(const struct trace_refusal *a, const struct trace_refusal *b)
{
	return strcmp(a->program, b->program) == 0 && strcmp(a->call, b->call) == 0;
}

bool trace_table_add_refusal(struct trace_table *t, const struct trace_refusal *is)
{
	for (size_t i = 0; i < t->n_refusals; i++)
		if (is_same_refusal(&t->refusal[i], is))
			return true;
	if (t->n_refusals == TRACE_REFUSALS)
		return false;
	t->refusal[t->n_refusals++] = *is;
	return true;
}

/* ---- A table from a pipe ------------------------------------------------------------ */

bool trace_table_is_sound(struct trace_table *t)
{
	if (t->magic != MAGIC || t->n_rows > TRACE_ROWS || t->n_files > TRACE_FILES ||
	    t->n_refusals > TRACE_REFUSALS)
		return false;
	t->why_not[sizeof(t->why_not) - 1] = '\0';
	for (size_t i = 0; i < t->n_rows; i++) {
		struct trace_row *row = &t->row[i];

		row->program[TRACE_PROGRAM - 1] = row->call[TRACE_NAME - 1] =
			row->site[TRACE_NAME - 1] = '\0';
		if ((unsigned)row->noise > TRACE_OTHER_USERNS || row->cap < 0 || row->cap > 63)
			return false;
	}
	for (size_t i = 0; i < t->n_files; i++)
		t->file[i][TRACE_PROGRAM - 1] = '\0';
	for (size_t i = 0; i < t->n_refusals; i++)
		t->refusal[i].program[TRACE_PROGRAM - 1] = t->refusal[i].call[TRACE_NAME - 1] =
			'\0';
	return true;
}

/* ---- Reading ----------------------------------------------------------------------- */

capgate_set trace_table_used(const struct trace_table *t)
{
	capgate_set s = {0};

	for (size_t i = 0; i < t->n_rows; i++)
		if (t->row[i].granted && t->row[i].noise == TRACE_MATTERS)
			s = capgate_set_or(s, capgate_set_of(t->row[i].cap));
	return s;
}

capgate_set trace_table_asked(const struct trace_table *t)
{
	capgate_set s = {0};

	for (size_t i = 0; i < t->n_rows; i++)
		s = capgate_set_or(s, capgate_set_of(t->row[i].cap));
	return s;
}

const struct trace_refusal *trace_table_new_refusal(const struct trace_table *t,
						    const struct trace_table *other)
{
	for (size_t i = 0; i < t->n_refusals; i++) {
		bool known = false;

		for (size_t k = 0; k < other->n_refusals; k++)
			known |= is_same_refusal(&t->refusal[i], &other->refusal[k]);
		if (!known)
			return &t->refusal[i];
	}
	return NULL;
}
