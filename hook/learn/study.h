/* SPDX-License-Identifier: Apache-2.0 */
/* The complete procedure: one full run that is traced, then runs with fewer capabilities. */
#ifndef LEARN_STUDY_H
#define LEARN_STUDY_H

#include "course.h"
#include "filecaps.h"

struct study {
	const struct course *course;
	struct subject *subject;
	struct passage full;
	struct learned learned;
	capgate_set start;    /* the set of the full run */
	capgate_set withheld; /* forbidden by the policy */
	capgate_set asked;    /* by the trace */
	capgate_set used;
	capgate_set files;
	capgate_set by_sysctl; /* those of the result that a sysctl can replace */
	bool followed;         /* the trace could follow the container */
	bool check_alone;      /* the check succeeds without the container, too */
	unsigned kilobytes;    /* of the trace's buffer: as many as a trace has needed */
	size_t runs;
	int64_t milliseconds;
	bool words; /* report each run on standard error */
	/* How often a run failed and passed when it was repeated. */
	size_t flaked;
	char file_of[CAPGATE_NCAPS][TRACE_PROGRAM]; /* the executed file that needs it; or "" */
};

enum study_end {
	STUDY_LEARNED,
	STUDY_FULL_FAILED, /* full.why */
	STUDY_LOST,        /* the trace is incomplete even with the largest buffer */
	STUDY_UNTRACEABLE, /* full.err */
	STUDY_INTERRUPTED,
};

/* Fill in .course, .subject, .withheld and .words before.  The structure is large, so allocate
 * it with io_block(). */
enum study_end study_run(struct study *study);

#endif
