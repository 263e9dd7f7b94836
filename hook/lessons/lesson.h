/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of their capabilities the containers of one name used while they were recorded: the
 * sums of all that have ended, and separate counts for each that still runs, so that new counts
 * replace the old ones.  Pure: no I/O.
 */
#ifndef LESSONS_LESSON_H
#define LESSONS_LESSON_H

#include "capgate.h"

#define LESSON_NAME 128   /* with the NUL at its end */
#define LESSON_PROGRAM 17 /* the same */
#define LESSON_ROWS 4096
#define LESSON_RUNS 256    /* runs that have not ended */
#define LESSON_PROGRAMS 16 /* for one capability in one run; other programs have no name */
#define LESSON_TEXT_MAX ((size_t)2 << 20)

/* Times are seconds since 1970. */
struct lesson_row {
	uint64_t token; /* the run; 0: all that have ended */
	int cap;
	char program[LESSON_PROGRAM]; /* the name that the task chose; "" for others */
	uint64_t count, granted;      /* granted: how many of them */
	int64_t first, last;
};

struct lesson_run {
	uint64_t token; /* as in hook/marks; never 0 */
	int64_t began, last;
	bool over; /* it is in the sums already, even if the kernel still has its rows */
};

struct lesson {
	char name[LESSON_NAME]; /* of an image, or the path of a bundle */
	uint64_t runs, seconds; /* of those that have ended */
	int64_t first, last;    /* 0: none has ended */
	uint64_t lost;          /* checks and processes that were not counted */
	struct lesson_run run[LESSON_RUNS];
	size_t n_runs;
	struct lesson_row row[LESSON_ROWS];
	size_t n_rows;
};

/* Is it a valid name of a lesson: not empty, not too long, valid UTF-8, without control
 * characters? */
bool lesson_name_is_fit(struct capgate_text name);

/* Finds the run with this token, or adds it.  NULL if there are too many. */
struct lesson_run *lesson_run_of(struct lesson *lesson, uint64_t token, int64_t began);
/* Adds to a row, or adds the row.  If there is no room, it counts as lost. */
void lesson_add(struct lesson *lesson, const struct lesson_row *row);
/* Removes the rows of a run, because its new counts replace them. */
void lesson_clear(struct lesson *lesson, uint64_t token);
/* Adds a run that has ended to the sums. */
void lesson_fold(struct lesson *lesson, struct lesson_run *run);
/* Forgets a run that the kernel no longer has.  run must be in lesson->run. */
void lesson_drop(struct lesson *lesson, struct lesson_run *run);
/* Adds what from used.  Its runs count as ended. */
void lesson_merge(struct lesson *lesson, const struct lesson *from);

/*
 * Parses a file of the store.  It is strict: an unknown member is refused, with
 * CAPGATE_EINVALID and the place.  *ret is written only on success.  The arena is for the
 * parser.
 */
int lesson_parse(struct capgate_text text, struct capgate_arena *arena, struct lesson *ret,
		 struct capgate_error *err) CAPGATE_MUST;
void lesson_write(const struct lesson *lesson, struct capgate_out *out);
/* Does the text begin like those of lesson_write()?  Otherwise it may be a proof; see proof.h. */
bool lesson_is_record(struct capgate_text text);

#endif
