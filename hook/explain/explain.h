/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of explain: texts about capabilities and rules, and a specification in words. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "capgate.h"
#include "hook/term/term.h"

void explain_cap(int cap, const struct style *style, struct capgate_out *out);
void explain_rule(enum capgate_rule rule, const struct style *style, struct capgate_out *out);
/* Every capability in a line, by tier, the gravest first. */
void explain_overview(const struct style *style, struct capgate_out *out);
/* What the message of a program can mean: its words joined by blanks.  False, and nothing
 * is written: no such message is known. */
bool explain_message(char **words, int n, const struct style *style, struct capgate_out *out);
void explain_spec(const struct capgate_report *report, const struct capgate_spec *spec,
		  const struct capgate_policy *policy, const struct style *style,
		  struct capgate_out *out);

/* "  label      words", wrapped. */
void explain_field(struct capgate_out *out, const struct style *style, const char *label,
		   struct capgate_text words);

#endif
