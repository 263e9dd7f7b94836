/* SPDX-License-Identifier: Apache-2.0 */
#include "decision.h"

#include <stdio.h>
#include <string.h>

#include "hook/confine/confine.h"
#include "lib/base/base.h"

static void add_rule(struct decision *d, enum capgate_rule rule)
{
	for (size_t i = 0; i < d->n_rules; i++)
		if (d->rules[i] == rule)
			return;
	if (d->n_rules < DECISION_RULES)
		d->rules[d->n_rules++] = rule;
}

/* Copies foreign text, cut at a character boundary if it is too long. */
static void keep(char *buf, size_t size, struct capgate_text t)
{
	struct capgate_out visible = {buf, size - 1, 0};

	capgate_out_visible(&visible, t);
	if (visible.len > visible.size) {
		visible.len = visible.size;
		while (visible.len > 0 && ((unsigned char)buf[visible.len - 1] & 0xc0) == 0x80)
			visible.len--;
		if (visible.len > 0 && (unsigned char)buf[visible.len - 1] >= 0xc0)
			visible.len--;
	}
	buf[visible.len] = '\0';
}

void decision_make(const struct capgate_report *report, const struct capgate_spec *spec,
		   const struct capgate_policy *policy, struct decision *ret)
{
	/* A process object does not show the engine, but its container does. */
	const struct capgate_spec *of = policy->scene.container ? policy->scene.container : spec;
	struct decision d = {.verdict = report->verdict,
			     .engine = identity_engine(of, policy->scene.bundle),
			     .status = report->exit_status,
			     .absent = report->absent,
			     .partly_confined = confine_is_partial()};
	char words[sizeof(d.reason)];
	struct capgate_out sentence = {words, sizeof(words), 0};

	if (report->rule != CAPGATE_RULE_NONE)
		add_rule(&d, report->rule);
	for (size_t i = 0; i < report->n_findings; i++) {
		const struct capgate_finding *f = &report->findings[i];

		if (capgate_rule_info(f->rule)->exit_status != 0 || f->rule == CAPGATE_RULE_EXPIRED)
			add_rule(&d, f->rule);
		if (f->rule == CAPGATE_RULE_EXEMPT && d.n_exemptions < DECISION_EXEMPTIONS)
			keep(d.exemptions[d.n_exemptions++], DECISION_ID, f->subject);
	}
	for (size_t i = 0; i < report->n_substitutes; i++) {
		const struct capgate_substitute *s = &report->substitutes[i];

		if (s->why_not)
			snprintf(d.withheld[d.n_withheld++], DECISION_WHY, "%s: %s", s->sysctl,
				 s->why_not);
		else
			snprintf(d.sysctls[d.n_sysctls++], DECISION_ID, "%s=%s", s->sysctl,
				 s->value);
	}
	memcpy(d.removed, report->removed, sizeof(d.removed));
	capgate_report_sentence(report, spec, policy, &sentence);
	keep(d.reason, sizeof(d.reason), capgate_out_text(&sentence));
	*ret = d;
}
