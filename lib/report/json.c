/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report as one JSON object.  The members are documented in capgate(1);
 * "capgate" is the version of this schema: members may be added within a
 * version, never renamed or removed.
 */
#include "lib/base/base.h"
#include "lib/caps/caps.h"

#define SCHEMA_VERSION 1

static void out_names(struct capgate_out *out, capgate_set s)
{
	capgate_out_string(out, "[");
	capgate_out_names(out, s);
	capgate_out_string(out, "]");
}

static void out_sets(struct capgate_out *out, const char *name,
		     const capgate_set set[CAPGATE_NSETS])
{
	capgate_out_format(out, "\"%s\":{", name);
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		capgate_out_string(out, s ? ",\"" : "\"");
		capgate_out_string(out, capgate_which_name((enum capgate_which)s));
		capgate_out_string(out, "\":");
		out_names(out, set[s]);
	}
	capgate_out_string(out, "}");
}

static void out_reach(struct capgate_out *out, const char *name,
		      const struct capgate_reached *reach)
{
	capgate_out_format(out, "\"%s\":{\"starts\":%s,", name, reach->starts ? "true" : "false");
	out_sets(out, "initial", reach->initial);
	capgate_out_string(out, ",\"attainable\":");
	out_names(out, reach->attainable);
	capgate_out_string(out, "}");
}

static void out_bool(struct capgate_out *out, const char *name, bool value)
{
	capgate_out_format(out, "\"%s\":%s", name, value ? "true" : "false");
}

static void out_position(struct capgate_out *out, struct capgate_text text, size_t pos)
{
	size_t line, column;

	if (pos == CAPGATE_NOWHERE) {
		capgate_out_string(out, "\"byte\":null,\"line\":null,\"column\":null");
		return;
	}
	capgate_locate(text, pos, &line, &column);
	capgate_out_format(out, "\"byte\":%zu,\"line\":%zu,\"column\":%zu", pos, line, column);
}

static void out_rule(struct capgate_out *out, enum capgate_rule r, enum capgate_severity severity)
{
	const struct capgate_rule_text *rule = capgate_rule_info(r);

	capgate_out_format(out, "\"rule\":\"%s\",\"name\":\"%s\",\"severity\":\"%s\"", rule->id,
			   rule->name, capgate_severity_name(severity));
}

/* A sentence is built in a separate buffer, to be quoted as a whole. */
#define SENTENCE_MAX 1024

static void out_readings(struct capgate_out *out, const struct capgate_element *e)
{
	struct capgate_reading readings[CAPGATE_NREADERS];

	capgate_readings(e, readings);
	capgate_out_string(out, ",\"readings\":{");
	for (int r = 0; r < CAPGATE_NREADERS; r++) {
		capgate_out_format(out, "%s\"%s\":\"", r ? "," : "", readings[r].key);
		if (readings[r].cap >= 0)
			capgate_out_cap(out, readings[r].cap);
		else
			capgate_out_string(out, readings[r].fails ? "error" : "ignored");
		capgate_out_string(out, "\"");
	}
	capgate_out_string(out, "}");
}

static void out_finding(struct capgate_out *out, const struct capgate_report *r,
			const struct capgate_finding *f, const struct capgate_spec *spec,
			const struct capgate_policy *policy, struct capgate_text text)
{
	const struct capgate_cap_facts *cap = capgate_cap_info(f->cap);
	char buf[SENTENCE_MAX];
	struct capgate_out path = {buf, sizeof(buf), 0}, sentence = {buf, sizeof(buf), 0};

	capgate_out_string(out, "{");
	out_rule(out, f->rule, f->severity);
	capgate_out_string(out, ",\"set\":");
	if (f->set >= 0)
		capgate_out_format(out, "\"%s\"", capgate_which_name((enum capgate_which)f->set));
	else
		capgate_out_string(out, "null");
	if (cap)
		capgate_out_format(out, ",\"capability\":\"%s\"", cap->name);
	else
		capgate_out_string(out, ",\"capability\":null");
	capgate_finding_path(f, spec, &path);
	capgate_out_string(out, ",\"path\":");
	capgate_out_json(out, capgate_out_text(&path));
	capgate_out_string(out, ",");
	out_position(out, text, f->at.len ? f->at.off : CAPGATE_NOWHERE);
	capgate_finding_message(f, spec, policy, &sentence);
	capgate_out_string(out, ",\"message\":");
	capgate_out_json(out, capgate_out_text(&sentence));
	capgate_out_string(out, ",\"remedy\":");
	capgate_out_json(out, capgate_text_of(capgate_report_remedy(r, f->rule)));
	if ((f->rule == CAPGATE_RULE_ODD_NAME || f->rule == CAPGATE_RULE_ODD_ELEMENT) &&
	    f->set >= 0 && f->index < spec->set[f->set].n)
		out_readings(out, &spec->set[f->set].v[f->index]);
	capgate_out_string(out, "}");
}

static void out_error(struct capgate_out *out, const struct capgate_error *e,
		      struct capgate_text text)
{
	capgate_out_string(out, "{");
	out_rule(out, e->rule, capgate_rule_info(e->rule)->severity);
	capgate_out_string(out, ",\"path\":");
	capgate_out_json(out, capgate_text_of(e->path));
	capgate_out_string(out, ",");
	out_position(out, text, e->pos);
	capgate_out_string(out, ",\"message\":");
	capgate_out_json(out, capgate_text_of(e->msg));
	capgate_out_string(out, ",\"remedy\":");
	capgate_out_json(out, capgate_text_of(capgate_rule_info(e->rule)->remedy));
	capgate_out_string(out, "}");
}

static void out_remedies(struct capgate_out *out, const struct capgate_report *r,
			 const struct capgate_spec *spec, const struct capgate_policy *policy)
{
	bool first = true;

	capgate_out_string(out, ",\"remedies\":{");
	for (int i = 0; i < CAPGATE_NREMEDIES; i++) {
		char buf[SENTENCE_MAX];
		struct capgate_out text = {buf, sizeof(buf), 0};

		if (!capgate_remedy_write((enum capgate_remedy)i, r, spec, policy, &text) ||
		    text.len > text.size)
			continue; /* a cut remedy is worse than none */
		capgate_out_format(out, "%s\"%s\":", first ? "" : ",",
				   capgate_remedy_key((enum capgate_remedy)i));
		capgate_out_json(out, (struct capgate_text){buf, text.len});
		first = false;
	}
	capgate_out_string(out, "}");
}

/* Writes the capabilities that the wrapper would leave the runtime; none in a user namespace,
 * which has its own sets. */
static void out_report_ceiling(struct capgate_out *out, const struct capgate_report *r,
			       const struct capgate_spec *spec, const struct capgate_policy *policy)
{
	bool enforced = !policy->ceiling_off && policy->mode == CAPGATE_ENFORCE;
	const struct capgate_namespace *user = capgate_spec_namespace(spec, "user");

	capgate_out_format(out, ",\"ceiling\":{\"mode\":\"%s\",",
			   policy->ceiling_off ? "off"
			   : enforced          ? "enforce"
					       : "audit");
	out_bool(out, "holds", enforced && !user);
	capgate_out_string(out, ",\"runtime_may_hold\":");
	out_names(out, enforced ? capgate_ceiling(policy, r->allowed, spec->time_offsets)
				: capgate_set_all());
	capgate_out_string(out, "}");
}

static void out_judged(struct capgate_out *out, const struct capgate_report *r,
		       const struct capgate_spec *spec, const struct capgate_policy *policy,
		       struct capgate_text text)
{
	capgate_out_format(out, ",\"uid\":%u,", spec->uid);
	out_bool(out, "no_new_privileges", spec->no_new_privs);
	capgate_out_string(out, ",");
	out_bool(out, "absent", r->absent);
	capgate_out_string(out, ",\"sets\":{");
	out_sets(out, "asked", r->asked);
	capgate_out_string(out, ",");
	out_sets(out, "removed", r->removed);
	capgate_out_string(out, ",");
	out_sets(out, "kept", r->kept);
	capgate_out_string(out, "},\"forbidden\":");
	out_names(out, r->forbidden);
	capgate_out_string(out, ",\"exempt\":");
	out_names(out, r->exempt);
	out_report_ceiling(out, r, spec, policy);
	capgate_out_string(out, ",\"reach\":{");
	out_reach(out, "before", &r->before);
	capgate_out_string(out, ",");
	out_reach(out, "after", &r->after);
	capgate_out_string(out, "},\"findings\":[");
	for (size_t i = 0; i < r->n_findings; i++) {
		if (i)
			capgate_out_string(out, ",");
		out_finding(out, r, &r->findings[i], spec, policy, text);
	}
	capgate_out_format(out, "],\"findings_left_out\":%zu", r->findings_left_out);
	out_remedies(out, r, spec, policy);
}

void capgate_report_json(const struct capgate_report *r, const struct capgate_spec *spec,
			 const struct capgate_policy *policy, const struct capgate_subject *subject,
			 struct capgate_out *out)
{
	char buf[SENTENCE_MAX];
	struct capgate_out sentence = {buf, sizeof(buf), 0};

	capgate_out_format(out, "{\"capgate\":%d,\"file\":", SCHEMA_VERSION);
	capgate_out_json(out, subject->file);
	capgate_out_format(out, ",\"verdict\":\"%s\",\"status\":%d,\"rule\":",
			   capgate_verdict_name(r->verdict), r->exit_status);
	if (r->rule == CAPGATE_RULE_NONE)
		capgate_out_string(out, "null");
	else
		capgate_out_format(out, "\"%s\"", capgate_rule_info(r->rule)->id);
	capgate_out_string(out, ",\"reason\":");
	capgate_report_sentence(r, spec, policy, &sentence);
	capgate_out_json(out, capgate_out_text(&sentence));
	if (r->parsed) {
		capgate_out_string(out, ",\"error\":null");
		out_judged(out, r, spec, policy, subject->text);
	} else {
		capgate_out_string(out, ",\"error\":");
		out_error(out, &r->error, subject->text);
	}
	capgate_out_string(out, "}");
}
