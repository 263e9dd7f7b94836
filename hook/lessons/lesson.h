/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the containers of one name used of their capabilities, while somebody recorded it:
 * all that ended together, and each that still runs by itself, so that counts that come
 * again replace themselves.  Pure: no I/O.
 */
#ifndef LESSONS_LESSON_H
#define LESSONS_LESSON_H

#include "capgate.h"

#define LESSON_NAME 128   /* with the zero at its end */
#define LESSON_PROGRAM 17 /* the same */
#define LESSON_ROWS 4096
#define LESSON_RUNS 256    /* that are not over */
#define LESSON_PROGRAMS 16 /* of one capability in one run; the rest have no name */
#define LESSON_TEXT_MAX ((size_t)2 << 20)

/* Times are seconds since 1970. */
struct lesson_row {
	uint64_t token; /* of the run; 0: of those that ended */
	int cap;
	char program[LESSON_PROGRAM]; /* the name that the task gave itself; "": others */
	uint64_t count, granted;      /* granted: of them */
	int64_t first, last;
};

struct lesson_run {
	uint64_t token; /* as in hook/marks; never 0 */
	int64_t began, last;
	bool over; /* it is in the sums already; the kernel's rows may still be there */
};

struct lesson {
	char name[LESSON_NAME]; /* of an image, or the path of a bundle */
	uint64_t runs, seconds; /* of those that ended */
	int64_t first, last;    /* 0: none ended */
	uint64_t lost;          /* checks and processes that were not counted: it is not whole */
	struct lesson_run run[LESSON_RUNS];
	size_t n_runs;
	struct lesson_row row[LESSON_ROWS];
	size_t n_rows;
};

/* May it be the name of a lesson?  It is not empty, not too long, valid UTF-8, without
 * control characters. */
bool lesson_name_is_fit(struct capgate_text name);

/* The run of that token, which is made when it is not there; NULL: there are too many. */
struct lesson_run *lesson_run_of(struct lesson *lesson, uint64_t token, int64_t began);
/* The same of a row.  What has no room counts as lost. */
void lesson_add(struct lesson *lesson, const struct lesson_row *row);
/* The rows of a run go, because its counts come again. */
void lesson_clear(struct lesson *lesson, uint64_t token);
/* The run is over: it goes into the sums. */
void lesson_fold(struct lesson *lesson, struct lesson_run *run);
/* The run has left the kernel: nothing is remembered of it.  run is one of lesson->run. */
void lesson_drop(struct lesson *lesson, struct lesson_run *run);
/* The union: what either used, added up.  The runs of from count as ended. */
void lesson_merge(struct lesson *lesson, const struct lesson *from);

/* A file of the store.  Strict: an unknown member refuses it.  CAPGATE_EINVALID and
 * others, with the place; *ret is written last.  The arena is for the parser. */
int lesson_parse(struct capgate_text text, struct capgate_arena *arena, struct lesson *ret,
		 struct capgate_error *err) CAPGATE_MUST;
void lesson_write(const struct lesson *lesson, struct capgate_out *out);
/* Does the text begin as lesson_write() begins?  Else it may be a proof: see proof.h. */
bool lesson_is_record(struct capgate_text text);

#endif
