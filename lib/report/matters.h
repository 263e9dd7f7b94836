/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the writers of reports. */
#ifndef CAPGATE_MATTERS_H
#define CAPGATE_MATTERS_H

#include "capgate.h"

/* The size of a line or a sentence; longer ones are cut. */
#define CAPGATE_SENTENCE_MAX 1024

struct capgate_sentence {
	char buf[CAPGATE_SENTENCE_MAX];
	struct capgate_text text;
};

/* Writes the cause of a finding, and its place in the document. */
void capgate_sentence_of(const struct capgate_finding *finding, const struct capgate_spec *spec,
			 const struct capgate_policy *policy, struct capgate_sentence *ret);
void capgate_path_sentence(const struct capgate_finding *finding, const struct capgate_spec *spec,
			   struct capgate_sentence *ret);

/* Does an earlier finding have the same rule and capability, or the same odd entry?  Then it is
 * one matter that occurs in several sets. */
bool capgate_matter_is_old(const struct capgate_report *report, const struct capgate_spec *spec,
			   size_t i);
/* Writes the sets in which the matter of finding i occurs: "bounding, permitted". */
void capgate_matter_sets(const struct capgate_report *report, const struct capgate_spec *spec,
			 size_t i, struct capgate_out *out);

#endif
