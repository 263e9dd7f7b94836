/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report as one <section> of an HTML page: verdict, sets, what the kernel grants,
 * findings with remedies.  Every foreign byte goes through capgate_out_markup(); the page
 * has no scripts.
 */
#include "matters.h"

static const char *verdict_phrase(const struct capgate_report *r)
{
	return r->verdict == CAPGATE_PASS    ? "allowed"
	       : r->verdict == CAPGATE_STRIP ? "to be rewritten"
					     : "refused";
}

static void out_sets(struct capgate_out *out, const struct capgate_report *r)
{
	capgate_set any = capgate_set_union(r->asked);

	if (capgate_set_empty(any))
		return;
	if (r->absent) {
		capgate_out_string(out, "<p>The capabilities are absent: some runtimes give none, "
					"others all they have.</p>\n");
		return;
	}
	capgate_out_string(out,
			   "<table class=\"sets\">\n<thead><tr><th scope=\"col\">capability</th>");
	for (int s = 0; s < CAPGATE_NSETS; s++)
		capgate_out_format(out, "<th scope=\"col\">%s</th>",
				   capgate_which_name((enum capgate_which)s));
	capgate_out_string(out, "<th scope=\"col\">risk</th></tr></thead>\n<tbody>\n");
	for (int c = -1; (c = capgate_set_next(any, c + 1)) >= 0;) {
		const struct capgate_cap_facts *info = capgate_cap_info(c);
		bool forbidden = capgate_set_has(r->forbidden, c);

		if (!info)
			continue;
		capgate_out_format(out, "<tr%s><th scope=\"row\">%s</th>",
				   forbidden ? " class=\"no\"" : "", info->name + 4);
		for (int s = 0; s < CAPGATE_NSETS; s++)
			capgate_out_string(out, !capgate_set_has(r->asked[s], c) ? "<td></td>"
						: capgate_set_has(r->removed[s], c)
							? "<td class=\"out\">&#10005;</td>"
							: "<td class=\"in\">&#10003;</td>");
		capgate_out_format(out, "<td>%s%s</td></tr>\n", capgate_tier_name(info->tier),
				   forbidden ? ", not allowed" : "");
	}
	capgate_out_string(out, "</tbody></table>\n");
}

static void out_reach(struct capgate_out *out, const char *label,
		      const struct capgate_reached *reach)
{
	capgate_out_format(out, "<p><b>%s</b> ", label);
	if (!reach->starts) {
		capgate_out_string(out, "it does not start: the kernel rejects these sets.</p>\n");
		return;
	}
	capgate_out_string(out, "the first program holds ");
	capgate_out_set(out, reach->initial[CAPGATE_EFFECTIVE], " ");
	if (!capgate_set_same(reach->attainable, reach->initial[CAPGATE_EFFECTIVE])) {
		capgate_out_string(out, " and could attain ");
		capgate_out_set(out, reach->attainable, " ");
	}
	capgate_out_string(out, ".</p>\n");
}

static void out_row(struct capgate_out *out, enum capgate_rule which,
		    enum capgate_severity severity)
{
	const struct capgate_rule_text *rule = capgate_rule_info(which);

	capgate_out_format(
		out, "<tr><td><span class=\"s %s\">%s</span></td><td title=\"%s\">%s</td><td>",
		capgate_severity_name(severity), capgate_severity_name(severity), rule->name,
		rule->id);
}

static void out_row_end(struct capgate_out *out, const struct capgate_report *r,
			enum capgate_rule which)
{
	capgate_out_string(out, "</td><td>");
	capgate_out_markup(out, capgate_text_of(capgate_report_remedy(r, which)));
	capgate_out_string(out, "</td></tr>\n");
}

static void out_place_cell(struct capgate_out *out, struct capgate_text path,
			   struct capgate_text text, size_t pos)
{
	size_t line, column;

	if (path.len == 0 && pos == CAPGATE_NOWHERE)
		return;
	capgate_out_string(out, "<br><code>");
	capgate_out_markup(out, path);
	capgate_out_string(out, "</code>");
	if (pos != CAPGATE_NOWHERE) {
		capgate_locate(text, pos, &line, &column);
		capgate_out_format(out, " line %zu, column %zu", line, column);
	}
}

static void out_findings(struct capgate_out *out, const struct capgate_report *r,
			 const struct capgate_spec *spec, const struct capgate_policy *policy,
			 struct capgate_text text)
{
	struct capgate_sentence s;

	for (size_t i = 0; i < r->n_findings; i++) {
		const struct capgate_finding *f = &r->findings[i];

		if (capgate_matter_is_old(r, spec, i))
			continue;
		out_row(out, f->rule, f->severity);
		capgate_sentence_of(f, spec, policy, &s);
		capgate_out_markup(out, s.text);
		if (f->set >= 0) {
			capgate_out_string(out, " (");
			capgate_matter_sets(r, spec, i, out);
			capgate_out_string(out, ")");
		}
		capgate_path_sentence(f, spec, &s);
		out_place_cell(out, s.text, text, f->at.len ? f->at.off : CAPGATE_NOWHERE);
		out_row_end(out, r, f->rule);
	}
}

static void out_remedies(struct capgate_out *out, const struct capgate_report *r,
			 const struct capgate_spec *spec, const struct capgate_policy *policy)
{
	bool any = false;

	for (int i = 0; i < CAPGATE_NREMEDIES; i++) {
		char buf[2048];
		struct capgate_out text = {buf, sizeof(buf), 0};
		size_t from = 0;

		if (!capgate_remedy_write((enum capgate_remedy)i, r, spec, policy, &text) ||
		    text.len > text.size)
			continue;
		capgate_out_string(
			out,
			any ? "" : "<details open><summary>Remedies to paste</summary>\n<dl>\n");
		any = true;
		capgate_out_format(out, "<dt>%s</dt><dd><pre>",
				   capgate_remedy_title((enum capgate_remedy)i));
		for (size_t k = 0; k <= text.len; k++) {
			if (k < text.len && buf[k] != '\n')
				continue;
			capgate_out_string(out, from ? "\n" : "");
			capgate_out_markup(out, (struct capgate_text){buf + from, k - from});
			from = k + 1;
		}
		capgate_out_string(out, "</pre></dd>\n");
	}
	capgate_out_string(out, any ? "</dl></details>\n" : "");
}

void capgate_report_html(const struct capgate_report *r, const struct capgate_spec *spec,
			 const struct capgate_policy *policy, const struct capgate_subject *subject,
			 const char *anchor, struct capgate_out *out)
{
	capgate_out_format(out, "<section id=\"%s\">\n<h2>", anchor);
	capgate_out_markup(out, subject->file);
	if (subject->part.len) {
		capgate_out_string(out, ": ");
		capgate_out_markup(out, subject->part);
	}
	capgate_out_format(out, "</h2>\n<p><span class=\"v %s\">%s</span>",
			   capgate_verdict_name(r->verdict), verdict_phrase(r));
	if (r->verdict != CAPGATE_PASS)
		capgate_out_format(out, "; a hook that cannot rewrite refuses it with status %d",
				   r->exit_status);
	capgate_out_string(out, "</p>\n");
	if (r->parsed) {
		out_sets(out, r);
		out_reach(out, r->verdict == CAPGATE_PASS ? "Kernel:" : "Before:", &r->before);
		if (r->verdict == CAPGATE_STRIP)
			out_reach(out, "After:", &r->after);
	}
	if (!r->parsed || r->n_findings) {
		capgate_out_string(
			out,
			"<table class=\"findings\">\n<thead><tr><th scope=\"col\">severity</th><th "
			"scope=\"col\">rule</th><th scope=\"col\">finding</th><th "
			"scope=\"col\">what to do</th></tr></thead>\n<tbody>\n");
		if (r->parsed) {
			out_findings(out, r, spec, policy, subject->text);
		} else {
			out_row(out, r->error.rule, capgate_rule_info(r->error.rule)->severity);
			capgate_out_markup(out, capgate_text_of(r->error.msg));
			out_place_cell(out, capgate_text_of(r->error.path), subject->text,
				       r->error.pos);
			out_row_end(out, r, r->error.rule);
		}
		capgate_out_string(out, "</tbody></table>\n");
	}
	if (r->parsed)
		out_remedies(out, r, spec, policy);
	capgate_out_string(out, "</section>\n");
}
