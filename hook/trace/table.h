/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result of a trace for one container.  It contains no pointers, so the confined
 * reader can send it through a pipe.
 */
#ifndef TRACE_TABLE_H
#define TRACE_TABLE_H

#include "site.h"

#define TRACE_ROWS 2048
#define TRACE_FILES 256
#define TRACE_PROGRAM 192
#define TRACE_REFUSALS 32

/* Checks of one capability with the same answer, place and program. */
struct trace_row {
	int cap;
	bool granted;
	enum trace_noise noise;
	char program[TRACE_PROGRAM]; /* the file that the process executed last, or its name */
	char call[TRACE_NAME];       /* the system call; may be "" */
	char site[TRACE_NAME];       /* the function of the kernel; may be "" */
	uint64_t count;
	uint64_t first; /* microseconds after the first program began */
};

struct trace_table {
	uint64_t magic;
	bool began;    /* the first program was seen to begin */
	bool complete; /* nothing was lost or unreadable */
	char why_not[128];
	uint64_t lines, checks;
	struct trace_row row[TRACE_ROWS];
	size_t n_rows;
	char file[TRACE_FILES][TRACE_PROGRAM]; /* executed, each once */
	size_t n_files;
	struct trace_refusal {
		char program[TRACE_PROGRAM], call[TRACE_NAME];
	} refusal[TRACE_REFUSALS]; /* each once */
	size_t n_refusals;
};

/* Makes it empty.  The others add what is not in it yet; false: there is no room. */
void trace_table_begin(struct trace_table *table);
bool trace_table_add_row(struct trace_table *table, const struct trace_row *row);
bool trace_table_add_file(struct trace_table *table, const char file[TRACE_PROGRAM]);
bool trace_table_add_refusal(struct trace_table *table, const struct trace_refusal *refusal);

/* Checks a table from the reader, which the text of the trace may have corrupted. */
bool trace_table_is_sound(struct trace_table *table);

/*
 * The capabilities that were granted and mattered to the program.  Runs with less begin
 * with them; they are no proof of need.
 */
capgate_set trace_table_used(const struct trace_table *table);
/* All capabilities that were asked for, granted or not. */
capgate_set trace_table_asked(const struct trace_table *table);

/* The first system call of identity.h that was refused in table, but not to the same program
 * in other; NULL: there is none. */
const struct trace_refusal *trace_table_new_refusal(const struct trace_table *table,
						    const struct trace_table *other);

#endif
