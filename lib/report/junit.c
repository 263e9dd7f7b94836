/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report as one <testsuite>.  It has a test case for each rule about capabilities, so that
 * the cases of a specification are the same in every run; and only one case if the
 * specification could not be parsed.  Notes are in <system-out>.
 */
#include "lib/base/base.h"
#include "matters.h"

/* The cases of every report.  Another rule has a case only if it fails. */
static const enum capgate_rule always[] = {
	CAPGATE_RULE_NET_RAW,  CAPGATE_RULE_UNLISTED,	 CAPGATE_RULE_CAPS_ABSENT,
	CAPGATE_RULE_ODD_NAME, CAPGATE_RULE_ODD_ELEMENT, CAPGATE_RULE_NO_NEW_PRIVS,
	CAPGATE_RULE_DROP_PRETENDED,
};

/* Does the case of this rule fail?  The case of any rule that refuses does, so that a refused
 * specification never passes. */
static bool fails(const struct capgate_report *r, enum capgate_rule rule)
{
	for (size_t i = 0; i < r->n_findings; i++)
		if (r->findings[i].rule == rule)
			return capgate_rule_info(rule)->exit_status != 0;
	return false;
}

static bool is_case(const struct capgate_report *r, enum capgate_rule rule)
{
	for (size_t i = 0; i < COUNT(always); i++)
		if (always[i] == rule)
			return true;
	return fails(r, rule);
}

static void out_name(struct capgate_out *out, const struct capgate_subject *subject)
{
	capgate_out_markup(out, subject->file);
	if (subject->part.len) {
		capgate_out_string(out, ": ");
		capgate_out_markup(out, subject->part);
	}
}

static void out_suite(struct capgate_out *out, const struct capgate_subject *subject, size_t tests,
		      size_t failures, size_t errors)
{
	capgate_out_string(out, "<testsuite name=\"");
	out_name(out, subject);
	capgate_out_format(
		out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\" time=\"0\">\n",
		tests, failures, errors);
}

static void out_case(struct capgate_out *out, const struct capgate_subject *subject,
		     const struct capgate_rule_text *rule)
{
	capgate_out_format(out, "<testcase name=\"%s %s\" classname=\"", rule->id, rule->name);
	out_name(out, subject);
	capgate_out_string(out, "\" time=\"0\"");
}

static void out_location(struct capgate_out *out, struct capgate_text text, size_t pos)
{
	size_t line, column;

	if (pos == CAPGATE_NOWHERE)
		return;
	capgate_locate(text, pos, &line, &column);
	capgate_out_format(out, " (byte %zu, line %zu, column %zu)", pos, line, column);
}

static void out_finding(struct capgate_out *out, const struct capgate_finding *f,
			const struct capgate_spec *spec, const struct capgate_policy *policy,
			struct capgate_text text)
{
	struct capgate_sentence s;

	capgate_path_sentence(f, spec, &s);
	capgate_out_markup(out, s.text);
	out_location(out, text, f->at.len ? f->at.off : CAPGATE_NOWHERE);
	capgate_out_string(out, ": ");
	capgate_sentence_of(f, spec, policy, &s);
	capgate_out_markup(out, s.text);
	capgate_out_string(out, "\n");
}

static void out_failure(struct capgate_out *out, const struct capgate_report *r,
			enum capgate_rule which, const struct capgate_spec *spec,
			const struct capgate_policy *policy, struct capgate_text text)
{
	const struct capgate_rule_text *rule = capgate_rule_info(which);

	capgate_out_format(out, ">\n<failure type=\"%s\" message=\"", rule->id);
	capgate_out_markup(out, capgate_text_of(rule->cause));
	capgate_out_string(out, "\">");
	for (size_t i = 0; i < r->n_findings; i++)
		if (r->findings[i].rule == which)
			out_finding(out, &r->findings[i], spec, policy, text);
	capgate_out_string(out, "remedy: ");
	capgate_out_markup(out, capgate_text_of(capgate_report_remedy(r, which)));
	capgate_out_string(out, "</failure>\n</testcase>\n");
}

static void out_notes(struct capgate_out *out, const struct capgate_report *r,
		      const struct capgate_spec *spec, const struct capgate_policy *policy,
		      struct capgate_text text)
{
	bool any = false;

	for (size_t i = 0; i < r->n_findings; i++) {
		const struct capgate_rule_text *rule = capgate_rule_info(r->findings[i].rule);

		if (rule->exit_status != 0)
			continue;
		if (!any)
			capgate_out_string(out, "<system-out>");
		any = true;
		capgate_out_format(out, "%s %s ", capgate_severity_name(rule->severity), rule->id);
		out_finding(out, &r->findings[i], spec, policy, text);
	}
	if (any)
		capgate_out_string(out, "</system-out>\n");
}

static void out_unparsed(struct capgate_out *out, const struct capgate_error *e,
			 const struct capgate_subject *subject)
{
	const struct capgate_rule_text *rule = capgate_rule_info(e->rule);

	out_suite(out, subject, 1, 0, 1);
	out_case(out, subject, rule);
	capgate_out_format(out, ">\n<error type=\"%s\" message=\"", rule->id);
	capgate_out_markup(out, capgate_text_of(e->msg));
	capgate_out_string(out, "\">");
	capgate_out_markup(out, capgate_text_of(e->path));
	out_location(out, subject->text, e->pos);
	capgate_out_string(out, e->path[0] || e->pos != CAPGATE_NOWHERE ? ": " : "");
	capgate_out_markup(out, capgate_text_of(e->msg));
	capgate_out_string(out, "\nremedy: ");
	capgate_out_markup(out, capgate_text_of(rule->remedy));
	capgate_out_string(out, "</error>\n</testcase>\n</testsuite>\n");
}

void capgate_report_junit(const struct capgate_report *r, const struct capgate_spec *spec,
			  const struct capgate_policy *policy,
			  const struct capgate_subject *subject, struct capgate_out *out)
{
	size_t tests = 0, failures = 0;

	if (!r->parsed) {
		out_unparsed(out, &r->error, subject);
		return;
	}
	for (int rule = 0; rule < CAPGATE_NRULES; rule++) {
		tests += is_case(r, (enum capgate_rule)rule);
		failures += fails(r, (enum capgate_rule)rule);
	}
	out_suite(out, subject, tests, failures, 0);
	for (int rule = 0; rule < CAPGATE_NRULES; rule++) {
		if (!is_case(r, (enum capgate_rule)rule))
			continue;
		out_case(out, subject, capgate_rule_info((enum capgate_rule)rule));
		if (fails(r, (enum capgate_rule)rule))
			out_failure(out, r, (enum capgate_rule)rule, spec, policy, subject->text);
		else
			capgate_out_string(out, "/>\n");
	}
	out_notes(out, r, spec, policy, subject->text);
	capgate_out_string(out, "</testsuite>\n");
}
