/* SPDX-License-Identifier: Apache-2.0 */
#include "check_table.h"

static const char *headline(const struct capgate_report *r)
{
	if (r->verdict == CAPGATE_PASS)
		return "allowed as it is";
	if (r->verdict == CAPGATE_STRIP)
		return "to be rewritten";
	return "refused";
}

/* One letter a set: B E I P A. */
static char letter(enum capgate_which which)
{
	return (char)(capgate_which_name(which)[0] - 'a' + 'A');
}

/* Capabilities down, sets across: x asked, - asked and taken out. */
static void out_matrix(const struct capgate_report *r, struct capgate_out *out)
{
	capgate_set any = {0};

	for (int s = 0; s < CAPGATE_NSETS; s++)
		any = capgate_set_or(any, r->asked[s]);
	if (r->absent || capgate_set_empty(any))
		return;
	capgate_out_format(out, "\n  %-20s", "capability");
	for (int s = 0; s < CAPGATE_NSETS; s++)
		capgate_out_format(out, " %c", letter((enum capgate_which)s));
	capgate_out_string(out, "   tier\n");
	for (int c = -1; (c = capgate_set_next(any, c + 1)) >= 0;) {
		const struct capgate_cap_info *info = capgate_cap_info(c);

		capgate_out_format(out, "  %-20s", info->name + 4);
		for (int s = 0; s < CAPGATE_NSETS; s++)
			capgate_out_string(out, !capgate_set_has(r->asked[s], c)    ? " ."
						: capgate_set_has(r->removed[s], c) ? " -"
										    : " x");
		capgate_out_format(out, "   %s%s\n", capgate_tier_name(info->tier),
				   capgate_set_has(r->forbidden, c) ? ": not allowed" : "");
	}
}

static void out_reach_line(const char *label, const struct capgate_reach *reach, struct capgate_out *out)
{
	capgate_out_format(out, "  %-8s", label);
	if (!reach->starts) {
		capgate_out_string(out, "does not start: the kernel refuses these sets\n");
		return;
	}
	capgate_out_string(out, "first program holds ");
	capgate_out_set(out, reach->initial[CAPGATE_EFFECTIVE], " ");
	capgate_out_string(out, "; it could attain ");
	if (capgate_set_same(reach->attainable, reach->initial[CAPGATE_EFFECTIVE]))
		capgate_out_string(out, "no more");
	else
		capgate_out_set(out, reach->attainable, " ");
	capgate_out_string(out, "\n");
}

/* The remedy is told once behind a run of findings of the same rule. */
static void out_finding(const struct capgate_finding *f, bool last_of_rule, const struct capgate_spec *spec,
			const struct capgate_policy *policy, struct capgate_text text, struct capgate_out *out)
{
	const struct capgate_rule_info *rule = capgate_rule_info(f->rule);
	size_t line, column;

	capgate_out_format(out, "  %-8s %s  ", capgate_severity_name(f->severity), rule->id);
	capgate_finding_path(f, spec, out);
	if (f->at.len) {
		capgate_locate(text, f->at.off, &line, &column);
		capgate_out_format(out, " (byte %zu, line %zu, column %zu)", f->at.off, line, column);
	}
	capgate_out_string(out, ": ");
	capgate_finding_sentence(f, spec, policy, out);
	capgate_out_string(out, "\n");
	if (last_of_rule)
		capgate_out_format(out, "  %-8s %-6s  %s\n", "", "", rule->remedy);
}

static void out_error(const struct capgate_report *r, struct capgate_text text, struct capgate_out *out)
{
	const struct capgate_error *e = &r->error;
	const struct capgate_rule_info *rule = capgate_rule_info(e->rule);
	size_t line, column;

	capgate_out_format(out, "\n  %-8s %s  %s", capgate_severity_name(rule->severity), rule->id, e->path);
	if (e->pos != CAPGATE_NOWHERE) {
		capgate_locate(text, e->pos, &line, &column);
		capgate_out_format(out, " (byte %zu, line %zu, column %zu)", e->pos, line, column);
	}
	capgate_out_format(out, ": %s\n  %-8s %-6s  %s\n", e->msg, "", "", rule->remedy);
}

void check_table(const struct capgate_report *r, const struct capgate_spec *spec,
		 const struct capgate_policy *policy, struct capgate_text name, struct capgate_text text,
		 struct capgate_out *out)
{
	capgate_out_visible(out, name);
	capgate_out_format(out, ": %s", headline(r));
	if (r->verdict == CAPGATE_STRIP)
		capgate_out_format(out, "; a hook that cannot rewrite refuses it with status %d", r->exit_status);
	else if (r->verdict == CAPGATE_REFUSE)
		capgate_out_format(out, " with status %d", r->exit_status);
	capgate_out_string(out, "\n");
	if (!r->parsed) {
		out_error(r, text, out);
		return;
	}
	out_matrix(r, out);
	capgate_out_string(out, "\n");
	if (r->verdict == CAPGATE_PASS) {
		out_reach_line("kernel", &r->before, out);
	} else {
		out_reach_line("before", &r->before, out);
		out_reach_line("after", &r->after, out);
	}
	if (r->n_findings)
		capgate_out_string(out, "\n");
	for (size_t i = 0; i < r->n_findings; i++)
		out_finding(&r->findings[i],
			    i + 1 == r->n_findings || r->findings[i + 1].rule != r->findings[i].rule, spec, policy,
			    text, out);
	if (r->findings_left_out)
		capgate_out_format(out, "  and %zu more\n", r->findings_left_out);
}
