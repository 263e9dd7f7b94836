/* SPDX-License-Identifier: Apache-2.0 */
#include "findings.h"

#include "lib/base/base.h"

int capgate_findings_add(struct capgate_findings *f, struct capgate_finding finding)
{
	if (f->n == CAPGATE_FINDINGS_MAX) {
		f->left_out++;
		return 0;
	}
	if (capgate_arena_room(f->arena, (void **)&f->v, &f->room, f->n + 1, sizeof(*f->v)) < 0)
		return CAPGATE_ENOMEM;
	finding.severity = capgate_rule_info(finding.rule)->severity;
	f->v[f->n++] = finding;
	return 0;
}

int capgate_findings_add_about(struct capgate_findings *f, enum capgate_rule rule,
			       struct capgate_span at, struct capgate_text subject)
{
	return capgate_findings_add(
		f, (struct capgate_finding){
			   .rule = rule, .set = -1, .cap = -1, .at = at, .subject = subject});
}
