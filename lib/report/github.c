/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report as workflow commands of GitHub: ::error
 * file=config.json,line=3,col=7,title=CPG101 net-raw::message One line for each matter,
 * because a job shows only ten annotations.
 */
#include "matters.h"

static const char *command_of(enum capgate_severity severity)
{
	return severity >= CAPGATE_SEVERITY_HIGH  ? "error"
	       : severity >= CAPGATE_SEVERITY_LOW ? "warning"
						  : "notice";
}

/* Escapes percent, CR and LF, which could end or forge a command; in properties also colon and
 * comma. */
static void out_escaped(struct capgate_out *out, struct capgate_text t, bool property)
{
	char visible[3 * CAPGATE_SENTENCE_MAX];
	struct capgate_out v = {visible, sizeof(visible), 0};
	size_t len;

	capgate_out_visible(&v, t);
	len = v.len < v.size ? v.len : v.size;
	for (size_t i = 0; i < len; i++) {
		char c = visible[i];

		if (c == '%' || (property && (c == ':' || c == ',')))
			capgate_out_format(out, "%%%02X", (unsigned char)c);
		else
			capgate_out_bytes(out, &c, 1);
	}
}

static void out_head(struct capgate_out *out, enum capgate_rule r, enum capgate_severity severity,
		     const struct capgate_subject *subject, size_t from, size_t to)
{
	const struct capgate_rule_text *rule = capgate_rule_info(r);
	size_t line, column;

	capgate_out_format(out, "::%s file=", command_of(severity));
	out_escaped(out, subject->file, true);
	if (from != CAPGATE_NOWHERE) {
		capgate_locate(subject->text, from, &line, &column);
		capgate_out_format(out, ",line=%zu,col=%zu", line, column);
		if (to > from) {
			capgate_locate(subject->text, to, &line, &column);
			capgate_out_format(out, ",endLine=%zu,endColumn=%zu", line, column);
		}
	}
	capgate_out_format(out, ",title=%s %s::", rule->id, rule->name);
	if (subject->part.len) {
		out_escaped(out, subject->part, false);
		capgate_out_string(out, ": ");
	}
}

void capgate_report_github(const struct capgate_report *r, const struct capgate_spec *spec,
			   const struct capgate_policy *policy,
			   const struct capgate_subject *subject, struct capgate_out *out)
{
	struct capgate_sentence s;

	if (!r->parsed) {
		const struct capgate_rule_text *rule = capgate_rule_info(r->error.rule);

		out_head(out, r->error.rule, rule->severity, subject, r->error.pos, r->error.pos);
		if (r->error.path[0]) {
			out_escaped(out, capgate_text_of(r->error.path), false);
			capgate_out_string(out, ": ");
		}
		out_escaped(out, capgate_text_of(r->error.msg), false);
		capgate_out_string(out, "; ");
		out_escaped(out, capgate_text_of(rule->remedy), false);
		capgate_out_string(out, "\n");
		return;
	}
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct capgate_finding *f = &r->findings[i];

		if (capgate_matter_is_old(r, spec, i))
			continue;
		out_head(out, f->rule, f->severity, subject,
			 f->at.len ? f->at.off : CAPGATE_NOWHERE, f->at.off + f->at.len);
		capgate_sentence_of(f, spec, policy, &s);
		out_escaped(out, s.text, false);
		if (f->set >= 0) {
			capgate_out_string(out, " (");
			capgate_matter_sets(r, spec, i, out);
			capgate_out_string(out, ")");
		}
		capgate_out_string(out, "; ");
		out_escaped(out, capgate_text_of(capgate_report_remedy(r, f->rule)), false);
		capgate_out_string(out, "\n");
	}
}
