/* SPDX-License-Identifier: Apache-2.0 */
/* The words for verdicts, and for what a trace saw. */
#ifndef LEARN_VERDICTS_H
#define LEARN_VERDICTS_H

#include "study.h"

/* "needed" */
const char *verdict_name(enum verdict verdict);
/* "asked for, but not needed" */
const char *verdict_words(enum verdict verdict);
/* "the kernel checked the memory limit"; NULL for TRACE_MATTERS. */
const char *noise_words(enum trace_noise noise);

/* Selects at most n rows of one capability: first those that mattered to the program, then by
 * count.  Returns how many. */
size_t evidence_of(const struct trace_table *table, int cap, const struct trace_row **ret,
		   size_t n);

#endif
