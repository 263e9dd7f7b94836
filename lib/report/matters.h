/* SPDX-License-Identifier: Apache-2.0 */
/* What the writers of reports share. */
#ifndef CAPGATE_MATTERS_H
#define CAPGATE_MATTERS_H

#include "capgate.h"

/* A line or a sentence, cut rather than grown. */
#define CAPGATE_SENTENCE_MAX 1024

struct capgate_sentence {
	char buf[CAPGATE_SENTENCE_MAX];
	struct capgate_text text;
};

/* The cause of a finding, and its place in the document, as text. */
void capgate_sentence_of(const struct capgate_finding *finding, const struct capgate_spec *spec,
			 const struct capgate_policy *policy, struct capgate_sentence *ret);
void capgate_path_sentence(const struct capgate_finding *finding, const struct capgate_spec *spec,
			   struct capgate_sentence *ret);

/* The same rule and capability, or the same odd entry, as an earlier finding:
 * one matter that shows up in several sets. */
bool capgate_matter_is_old(const struct capgate_report *report, const struct capgate_spec *spec,
			   size_t i);
/* The sets in which the matter of finding i shows up: "bounding, permitted". */
void capgate_matter_sets(const struct capgate_report *report, const struct capgate_spec *spec,
			 size_t i, struct capgate_out *out);

#endif
