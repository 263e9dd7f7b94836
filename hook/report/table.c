/* SPDX-License-Identifier: Apache-2.0 */
/* The report as text for people. */
#include "parts.h"

static const char *headline(const struct capgate_report *r)
{
	if (!r->parsed && r->error.rule == CAPGATE_RULE_LEFT_OUT)
		return "left out";
	if (!r->parsed && (r->error.rule == CAPGATE_RULE_NOT_TOLD ||
			   r->error.rule == CAPGATE_RULE_OTHER_DOCUMENT))
		return "not judged";
	if (r->verdict == CAPGATE_PASS)
		return "allowed unchanged";
	if (r->verdict == CAPGATE_STRIP)
		return "to be rewritten";
	return "refused";
}

static enum paint headline_paint(const struct capgate_report *r)
{
	return r->verdict == CAPGATE_PASS    ? PAINT_GOOD
	       : r->verdict == CAPGATE_STRIP ? PAINT_WARN
					     : PAINT_BAD;
}

static enum paint severity_paint(enum capgate_severity severity)
{
	return severity >= CAPGATE_SEVERITY_HIGH     ? PAINT_BAD
	       : severity >= CAPGATE_SEVERITY_MEDIUM ? PAINT_WARN
						     : PAINT_DIM;
}

/* Long enough for a finding with its place. */
#define LINE_MAX_BYTES 2048

static struct capgate_text line_of(const struct capgate_out *line)
{
	return (struct capgate_text){line->p, line->len < line->size ? line->len : line->size};
}

/* The letter of a set: B E I P A. */
static char letter(enum capgate_which which)
{
	return (char)(capgate_which_name(which)[0] - 'a' + 'A');
}

/* Prints a matrix of capabilities and sets: x is requested, - is requested and removed. */
static void out_matrix(const struct capgate_report *r, const struct style *style,
		       struct capgate_out *out)
{
	capgate_set any = capgate_set_union(r->asked);

	if (r->absent || capgate_set_empty(any))
		return;
	capgate_out_format(out, "\n  %-20s", "capability");
	for (int s = 0; s < CAPGATE_NSETS; s++)
		capgate_out_format(out, " %c", letter((enum capgate_which)s));
	capgate_out_string(out, "   tier\n");
	for (int c = -1; (c = capgate_set_next(any, c + 1)) >= 0;) {
		const struct capgate_cap_facts *info = capgate_cap_info(c);

		capgate_out_format(out, "  %-20s", info->name + 4);
		for (int s = 0; s < CAPGATE_NSETS; s++)
			terminal_paint(out, style,
				       capgate_set_has(r->removed[s], c) ? PAINT_BAD : PAINT_NONE,
				       !capgate_set_has(r->asked[s], c)    ? " ."
				       : capgate_set_has(r->removed[s], c) ? " -"
									   : " x");
		capgate_out_format(out, "   %s", capgate_tier_name(info->tier));
		if (capgate_set_has(r->forbidden, c)) {
			capgate_out_string(out, ": ");
			terminal_paint(out, style, PAINT_BAD, "not allowed");
		} else if (capgate_set_has(r->exempt, c)) {
			capgate_out_string(out, ": allowed by an exemption");
		}
		capgate_out_string(out, "\n");
	}
}

static void out_reach_line(const char *label, const struct capgate_reached *reach,
			   const struct style *style, struct capgate_out *out)
{
	char buf[LINE_MAX_BYTES];
	struct capgate_out line = {buf, sizeof(buf), 0};

	capgate_out_format(out, "  %-8s", label);
	if (!reach->starts) {
		capgate_out_string(out, "does not start: the kernel rejects these sets\n");
		return;
	}
	capgate_out_string(&line, "first program holds ");
	capgate_out_set(&line, reach->initial[CAPGATE_EFFECTIVE], " ");
	capgate_out_string(&line, "; it could attain ");
	if (capgate_set_same(reach->attainable, reach->initial[CAPGATE_EFFECTIVE]))
		capgate_out_string(&line, "no more");
	else
		capgate_out_set(&line, reach->attainable, " ");
	terminal_wrap(out, style, line_of(&line), 10, 10);
}

enum { TEXT_COLUMN = 19 }; /* after severity and rule id */

static void out_severity(const struct capgate_rule_text *rule, enum capgate_severity severity,
			 const struct style *style, struct capgate_out *out)
{
	char word[16];
	struct capgate_out padded = {word, sizeof(word) - 1, 0};

	capgate_out_format(&padded, "%-8s", capgate_severity_name(severity));
	word[padded.len < padded.size ? padded.len : padded.size] = '\0';
	capgate_out_string(out, "  ");
	terminal_paint(out, style, severity_paint(severity), word);
	capgate_out_format(out, " %s  ", rule->id);
}

static void out_remedy(const char *remedy, const struct style *style, struct capgate_out *out)
{
	const unsigned indent = terminal_indent(style, TEXT_COLUMN);

	capgate_out_format(out, "%*s", (int)indent, "");
	terminal_wrap(out, style, capgate_text_of(remedy), indent, indent);
}

/* "; also in effective, permitted" */
static void out_other_sets(unsigned sets, struct capgate_out *out)
{
	bool any = false;

	for (int s = 0; s < CAPGATE_NSETS; s++) {
		if (!(sets & 1u << s))
			continue;
		capgate_out_format(out, "%s%s", any ? ", " : "; also in ",
				   capgate_which_name((enum capgate_which)s));
		any = true;
	}
}

/* The remedy is reported once after a run of findings of the same rule. */
static void out_finding(const struct shown *o, const struct capgate_finding *f, unsigned sets,
			bool last_of_rule, struct capgate_out *out)
{
	const struct style *style = &o->plan->style;
	const struct capgate_rule_text *rule = capgate_rule_info(f->rule);
	char buf[LINE_MAX_BYTES];
	struct capgate_out words = {buf, sizeof(buf), 0};
	size_t line, column;

	out_severity(rule, f->severity, style, out);
	if (!o->inspected || o->inspected->exact)
		capgate_finding_path(f, &o->spec, &words);
	if (f->at.len) {
		capgate_locate(o->subject.text, f->at.off, &line, &column);
		capgate_out_format(&words, "%s(byte %zu, line %zu, column %zu)",
				   words.len ? " " : "", f->at.off, line, column);
	}
	capgate_out_string(&words, words.len ? ": " : "");
	capgate_finding_message(f, &o->spec, o->policy, &words);
	if (f->set >= 0)
		out_other_sets(sets & ~(1u << f->set), &words);
	terminal_wrap(out, style, line_of(&words), TEXT_COLUMN, TEXT_COLUMN);
	if (last_of_rule)
		out_remedy(capgate_report_remedy(&o->report, f->rule), style, out);
}

/* The same in several sets is reported once; all places are in JSON. */
static void out_findings(const struct shown *o, struct capgate_out *out)
{
	const struct capgate_report *r = &o->report;
	const struct capgate_spec *spec = &o->spec;

	for (size_t i = 0; i < r->n_findings;) {
		unsigned sets, ignored;
		size_t next = i + 1;

		if (!capgate_finding_leads(r, spec, i, &sets)) {
			i++;
			continue;
		}
		while (next < r->n_findings && !capgate_finding_leads(r, spec, next, &ignored))
			next++;
		out_finding(o, &r->findings[i], sets,
			    next == r->n_findings || r->findings[next].rule != r->findings[i].rule,
			    out);
		i = next;
	}
}

static void out_error(const struct capgate_report *r, const struct style *style,
		      struct capgate_text text, struct capgate_out *out)
{
	const struct capgate_error *e = &r->error;
	const struct capgate_rule_text *rule = capgate_rule_info(e->rule);
	char buf[LINE_MAX_BYTES];
	struct capgate_out words = {buf, sizeof(buf), 0};
	size_t line, column;

	capgate_out_string(out, "\n");
	out_severity(rule, rule->severity, style, out);
	capgate_out_string(&words, e->path);
	if (e->pos != CAPGATE_NOWHERE) {
		capgate_locate(text, e->pos, &line, &column);
		capgate_out_format(&words, "%s(byte %zu, line %zu, column %zu)",
				   e->path[0] ? " " : "", e->pos, line, column);
	}
	capgate_out_format(&words, "%s%s", words.len ? ": " : "", e->msg);
	terminal_wrap(out, style, line_of(&words), TEXT_COLUMN, TEXT_COLUMN);
	out_remedy(rule->remedy, style, out);
}

/* For a document only the remedies in its own language; for a specification all. */
static bool suits(const struct shown *o, enum capgate_remedy remedy)
{
	static const enum capgate_remedy own[] = {
		[CAPGATE_DIALECT_DOCKER] = CAPGATE_REMEDY_DOCKER_RUN,
		[CAPGATE_DIALECT_SWARM] = CAPGATE_REMEDY_DOCKER_SERVICE,
		[CAPGATE_DIALECT_PODMAN] = CAPGATE_REMEDY_PODMAN_RUN,
		[CAPGATE_DIALECT_COMPOSE] = CAPGATE_REMEDY_COMPOSE,
		[CAPGATE_DIALECT_KUBERNETES] = CAPGATE_REMEDY_KUBERNETES,
		[CAPGATE_DIALECT_QUADLET] = CAPGATE_REMEDY_QUADLET,
		[CAPGATE_DIALECT_ECS] = CAPGATE_REMEDY_ECS,
		[CAPGATE_DIALECT_NOMAD] = CAPGATE_REMEDY_NOMAD,
		[CAPGATE_DIALECT_SYSTEMD] = CAPGATE_REMEDY_SYSTEMD,
		[CAPGATE_DIALECT_CRI] = CAPGATE_REMEDY_CRI,
	};
	const enum capgate_dialect dialect =
		o->inspected ? o->inspected->dialect : CAPGATE_DIALECT_ANY;

	if (remedy == CAPGATE_REMEDY_EXEMPTION || remedy == CAPGATE_REMEDY_HOST_SYSCTL)
		return true;
	if (remedy == CAPGATE_REMEDY_PING_SYSCTL || remedy == CAPGATE_REMEDY_PORT_SYSCTL)
		return dialect != CAPGATE_DIALECT_SYSTEMD;
	return dialect == CAPGATE_DIALECT_ANY || own[dialect] == remedy;
}

/* Prints one command or line each, without wrapping, so that it can be copied as a whole. */
static void out_remedies(const struct shown *o, struct capgate_out *out)
{
	bool any = false;

	for (int i = 0; i < CAPGATE_NREMEDIES; i++) {
		char buf[LINE_MAX_BYTES];
		struct capgate_out text = {buf, sizeof(buf), 0};
		size_t from = 0;

		if (!suits(o, (enum capgate_remedy)i) ||
		    !capgate_remedy_write_in(
			    o->inspected ? o->inspected->dialect : CAPGATE_DIALECT_ANY,
			    (enum capgate_remedy)i, &o->report, &o->spec, o->policy, &text) ||
		    text.len > text.size)
			continue;
		capgate_out_format(out, "%s  %s:\n", any ? "" : "\n",
				   capgate_remedy_title((enum capgate_remedy)i));
		any = true;
		for (size_t k = 0; k <= text.len; k++) {
			if (k < text.len && buf[k] != '\n')
				continue;
			capgate_out_string(out, "    ");
			capgate_out_visible(out, (struct capgate_text){buf + from, k - from});
			capgate_out_string(out, "\n");
			from = k + 1;
		}
	}
}

/* "bundle/config.json: to be rewritten; a hook that ..." */
static void out_headline(const struct shown *o, struct capgate_out *out)
{
	const struct style *style = &o->plan->style;
	const struct capgate_report *r = &o->report;
	const char *words = headline(r);
	char buf[LINE_MAX_BYTES];
	struct capgate_out line = {buf, sizeof(buf), 0};
	unsigned column;

	capgate_out_visible(&line, o->subject.file);
	capgate_out_string(&line, ": ");
	if (o->subject.part.len) {
		capgate_out_bytes(&line, o->subject.part.p, o->subject.part.len);
		capgate_out_string(&line, ": ");
	}
	capgate_out_bytes(out, line_of(&line).p, line_of(&line).len);
	terminal_paint(out, style, headline_paint(r), words);
	column = terminal_columns(line_of(&line)) + terminal_columns(capgate_text_of(words));
	line.len = 0;
	if (r->verdict == CAPGATE_STRIP)
		capgate_out_format(&line, "; a hook that cannot rewrite refuses it with status %d",
				   r->exit_status);
	else if (r->verdict == CAPGATE_REFUSE && words[0] == 'r')
		capgate_out_format(&line, " with status %d", r->exit_status);
	/* The terminal has wrapped a long name itself. */
	terminal_wrap(out, style, line_of(&line), style->width ? column % style->width : column, 2);
}

void report_table(const struct shown *o, struct capgate_out *out)
{
	const struct style *style = &o->plan->style;
	const struct capgate_report *r = &o->report;

	out_headline(o, out);
	if (!r->parsed) {
		out_error(r, style, o->subject.text, out);
		return;
	}
	out_matrix(r, style, out);
	capgate_out_string(out, "\n");
	if (r->verdict == CAPGATE_PASS) {
		out_reach_line("kernel", &r->before, style, out);
	} else {
		out_reach_line("before", &r->before, style, out);
		out_reach_line("after", &r->after, style, out);
	}
	predict_words(&o->prediction, &o->spec, style, out);
	if (r->n_findings)
		capgate_out_string(out, "\n");
	out_findings(o, out);
	if (r->findings_left_out)
		capgate_out_format(out, "  and %zu more\n", r->findings_left_out);
	if (o->plan->remedies)
		out_remedies(o, out);
}
