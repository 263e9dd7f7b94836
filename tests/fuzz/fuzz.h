/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets share.  A target is LLVMFuzzerTestOneInput(): linked
 * with clang's -fsanitize=fuzzer it is fuzzed, linked with replay.c it repeats
 * a corpus under any compiler.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capgate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding: the input that breaks a promise must end the program. */
#define MUST(promise) \
	do { \
		if (!(promise)) { \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #promise); \
			abort(); \
		} \
	} while (0)

/* Beyond this nothing new happens. */
#define FUZZ_TEXT_MAX ((size_t)1 << 16)

/* A fresh arena, in the same block each time. */
void fuzz_arena(struct capgate_arena *ret);
/* A copy whose end is the end of its allocation; free .p with free(). */
struct capgate_text fuzz_copy(const uint8_t *data, size_t size);
/* The span lies within the text. */
bool fuzz_within(struct capgate_span at, struct capgate_text text);
/* What every report writer makes of a judgement is well formed. */
void fuzz_reports(const struct capgate_report *report, const struct capgate_spec *spec,
		  const struct capgate_policy *policy, struct capgate_text text);
/* What passes gives nothing that is not allowed, by an independent reading. */
void fuzz_must_be_sound(struct capgate_text text, enum capgate_kind kind, capgate_set allowed);

/* ---- strict.c: RFC 8259 again, by hand, sharing nothing with lib/ ------------- */

struct strict_options {
	int depth_max;
	bool comments;
	/* Told of each entry of the five sets in [process.]capabilities; string is NULL for
	 * what is no string.  May be NULL. */
	void (*entry)(void *user, const char *string, size_t len);
	void *user;
	bool bare_process; /* the text is the process object itself */
};

struct strict_result {
	bool capabilities_object; /* [process.]capabilities is one */
};

/* One strict document, no \u0000, no half surrogate pairs, clean UTF-8. */
bool strict_json(const char *p, size_t len, const struct strict_options *options,
		 struct strict_result *ret);

/* ---- gen.c: specifications rather than bytes ----------------------------------- */

/* Writes a random specification; returns its length, at most max. */
size_t gen_spec(uint8_t *buf, size_t max, uint64_t *seed);
/* Changes a JSON text token by token; returns the new length, at most max. */
size_t gen_mutate(uint8_t *buf, size_t size, size_t max, uint64_t *seed);

#endif
