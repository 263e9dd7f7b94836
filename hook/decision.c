/* SPDX-License-Identifier: Apache-2.0 */
#include "decision.h"

#include <string.h>

static void add_rule(struct decision *d, enum capgate_rule rule)
{
	for (size_t i = 0; i < d->n_rules; i++)
		if (d->rules[i] == rule)
			return;
	if (d->n_rules < DECISION_RULES)
		d->rules[d->n_rules++] = rule;
}

void decision_make(const struct capgate_report *report, const struct capgate_spec *spec,
		   const struct capgate_policy *policy, struct decision *ret)
{
	struct decision d = {.verdict = report->verdict, .status = report->exit_status, .absent = report->absent};
	char words[sizeof(d.reason)];
	struct capgate_out sentence = {words, sizeof(words), 0}, visible = {d.reason, sizeof(d.reason) - 1, 0};

	if (report->rule != CAPGATE_RULE_NONE)
		add_rule(&d, report->rule);
	for (size_t i = 0; i < report->n_findings; i++)
		if (capgate_rule_info(report->findings[i].rule)->exit_status != 0)
			add_rule(&d, report->findings[i].rule);
	memcpy(d.removed, report->removed, sizeof(d.removed));
	capgate_report_sentence(report, spec, policy, &sentence);
	capgate_out_visible(&visible,
			    (struct capgate_text){words, sentence.len < sizeof(words) ? sentence.len : sizeof(words)});
	/* What was cut off in the middle of a character is cut off before it. */
	if (visible.len > visible.size) {
		visible.len = visible.size;
		while (visible.len > 0 && ((unsigned char)d.reason[visible.len - 1] & 0xc0) == 0x80)
			visible.len--;
		if (visible.len > 0 && (unsigned char)d.reason[visible.len - 1] >= 0xc0)
			visible.len--;
	}
	d.reason[visible.len] = '\0';
	*ret = d;
}
