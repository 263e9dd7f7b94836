/* SPDX-License-Identifier: Apache-2.0 */
/* The whole of it: one full run that is traced, then runs with less. */
#ifndef LEARN_STUDY_H
#define LEARN_STUDY_H

#include "course.h"
#include "filecaps.h"

struct study {
	const struct course *course;
	struct subject *subject;
	struct passage full;
	struct learned learned;
	capgate_set start;    /* what the full run had */
	capgate_set withheld; /* by the policy */
	capgate_set asked;    /* by the trace */
	capgate_set used;
	capgate_set files;
	capgate_set by_sysctl; /* of what is kept: a run passed with the sysctl in its place */
	bool followed;         /* the trace says what the container did */
	size_t runs;
	int64_t milliseconds;
	bool words; /* tell each run on standard error */
	/* How often a run failed that passed when it was tried again. */
	size_t flaked;
	char file_of[CAPGATE_NCAPS][TRACE_PROGRAM]; /* which executed file needs it; "" */
};

enum study_end {
	STUDY_LEARNED,
	STUDY_FULL_FAILED, /* full.why */
	STUDY_LOST,        /* the trace is not whole, however large the buffer */
	STUDY_UNTRACEABLE, /* full.err */
	STUDY_INTERRUPTED,
};

/* .course, .subject, .withheld and .words have been filled in; it is large. */
enum study_end study_run(struct study *study);

#endif
