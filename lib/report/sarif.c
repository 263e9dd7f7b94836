/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report as results of SARIF 2.1.0 (OASIS, 27 March 2020).  A region counts columns in
 * Unicode code points (run.columnKind says so), and also bytes.
 */
#include "lib/base/base.h"
#include "matters.h"

static const char *level_of(enum capgate_severity severity)
{
	return severity >= CAPGATE_SEVERITY_HIGH     ? "error"
	       : severity >= CAPGATE_SEVERITY_MEDIUM ? "warning"
						     : "note";
}

/* The score by which code scanning sorts: 9 or more is critical, 7 high, 4 medium. */
static const char *score_of(enum capgate_severity severity)
{
	static const char *const scores[] = {"0.0", "3.0", "5.5", "8.0", "9.5"};

	return (size_t)severity < COUNT(scores) ? scores[severity] : "0.0";
}

static void out_quoted(struct capgate_out *out, const char *s)
{
	capgate_out_json(out, capgate_text_of(s));
}

/* Aliases are separated by blanks; CWE numbers are tags of a known form. */
static void out_tags(struct capgate_out *out, const char *aliases)
{
	struct capgate_text rest = capgate_text_of(aliases);

	capgate_out_string(out, "[\"security\",\"containers\"");
	while (rest.len) {
		struct capgate_text word = {rest.p, 0};

		while (word.len < rest.len && rest.p[word.len] != ' ')
			word.len++;
		rest.p += word.len < rest.len ? word.len + 1 : word.len;
		rest.len -= word.len < rest.len ? word.len + 1 : word.len;
		capgate_out_string(out, ",\"");
		if (word.len > 4 && capgate_text_is((struct capgate_text){word.p, 4}, "CWE-"))
			capgate_out_format(out, "external/cwe/cwe-%.*s", (int)word.len - 4,
					   word.p + 4);
		else
			capgate_out_bytes(out, word.p, word.len);
		capgate_out_string(out, "\"");
	}
	capgate_out_string(out, "]");
}

static void out_rule(struct capgate_out *out, const struct capgate_rule_text *rule)
{
	capgate_out_format(out, "{\"id\":\"%s\",\"name\":\"%s\",\"shortDescription\":{\"text\":",
			   rule->id, rule->name);
	out_quoted(out, rule->cause);
	capgate_out_string(out, "},\"fullDescription\":{\"text\":");
	out_quoted(out, rule->cause);
	capgate_out_string(out, "},\"help\":{\"text\":");
	out_quoted(out, rule->remedy);
	capgate_out_format(out,
			   "},\"defaultConfiguration\":{\"level\":\"%s\"},\"properties\":{"
			   "\"security-severity\":\"%s\",\"severity\":\"%s\",\"tags\":",
			   level_of(rule->severity), score_of(rule->severity),
			   capgate_severity_name(rule->severity));
	out_tags(out, rule->aliases);
	capgate_out_string(out, "}}");
}

void capgate_report_sarif_tool(const char *version, struct capgate_out *out)
{
	capgate_out_string(out, "{\"driver\":{\"name\":\"capgate\",\"semanticVersion\":");
	out_quoted(out, version);
	capgate_out_string(out, ",\"rules\":[\n");
	for (int r = CAPGATE_RULE_NONE; r < CAPGATE_NRULES; r++) {
		out_rule(out, capgate_rule_info((enum capgate_rule)r));
		capgate_out_string(out, r + 1 < CAPGATE_NRULES ? ",\n" : "");
	}
	capgate_out_string(out, "]}}");
}

/* Finds the line, and the column in code points.  A byte that is not UTF-8 counts as one. */
static void locate(struct capgate_text text, size_t pos, size_t *line, size_t *column)
{
	size_t byte_column, i;

	capgate_locate(text, pos, line, &byte_column);
	*column = 1;
	for (i = pos - (byte_column - 1); i < pos && i < text.len;) {
		size_t n = capgate_utf8_length((const unsigned char *)text.p + i, text.len - i);

		i += n ? n : 1;
		++*column;
	}
}

static void out_region(struct capgate_out *out, struct capgate_text text, size_t from, size_t len)
{
	size_t line, column;

	if (from > text.len)
		from = text.len;
	locate(text, from, &line, &column);
	capgate_out_format(out, ",\"region\":{\"startLine\":%zu,\"startColumn\":%zu", line, column);
	if (len) {
		locate(text, from + len, &line, &column);
		capgate_out_format(out, ",\"endLine\":%zu,\"endColumn\":%zu", line, column);
	}
	capgate_out_format(out, ",\"byteOffset\":%zu,\"byteLength\":%zu}", from, len);
}

struct place {
	const struct capgate_subject *subject;
	struct capgate_text path; /* in the document */
	size_t from, len;         /* from may be CAPGATE_NOWHERE */
};

static void out_location(struct capgate_out *out, const struct place *at)
{
	capgate_out_string(
		out, "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"");
	/* Standard input has no name. */
	capgate_out_uri(out, capgate_text_is(at->subject->file, "-") ? capgate_text_of("stdin")
								     : at->subject->file);
	capgate_out_string(out, "\"}");
	if (at->from != CAPGATE_NOWHERE)
		out_region(out, at->subject->text, at->from, at->len);
	capgate_out_string(out, "}");
	if (at->path.len) {
		capgate_out_string(out, ",\"logicalLocations\":[{\"fullyQualifiedName\":");
		capgate_out_json(out, at->path);
		capgate_out_string(out, ",\"kind\":\"member\"}]");
	} else if (at->subject->part.len) {
		capgate_out_string(out, ",\"logicalLocations\":[{\"fullyQualifiedName\":");
		capgate_out_json(out, at->subject->part);
		capgate_out_string(out, ",\"kind\":\"resource\"}]");
	}
	capgate_out_string(out, "}]");
}

/* "docker web: CAP_NET_RAW is not allowed by ..." */
static void out_message(struct capgate_out *out, struct capgate_text part,
			struct capgate_text message)
{
	char buf[2 * CAPGATE_SENTENCE_MAX];
	struct capgate_out joined = {buf, sizeof(buf), 0};

	if (part.len) {
		capgate_out_bytes(&joined, part.p, part.len);
		capgate_out_string(&joined, ": ");
	}
	capgate_out_bytes(&joined, message.p, message.len);
	capgate_out_json(out, (struct capgate_text){buf, joined.len < joined.size ? joined.len
										  : joined.size});
}

static void out_result(struct capgate_out *out, const struct capgate_report *r,
		       enum capgate_rule which, enum capgate_severity severity, int cap,
		       struct capgate_text message, const struct place *at)
{
	const struct capgate_rule_text *rule = capgate_rule_info(which);

	capgate_out_format(
		out, "{\"ruleId\":\"%s\",\"ruleIndex\":%d,\"level\":\"%s\",\"message\":{\"text\":",
		rule->id, (int)which, level_of(severity));
	out_message(out, at->subject->part, message);
	capgate_out_string(out, "},");
	out_location(out, at);
	/* A fingerprint that stays the same if the line moves. */
	capgate_out_format(out, ",\"partialFingerprints\":{\"ruleAndMember/v1\":\"%s/", rule->id);
	capgate_out_uri(out, at->path);
	if (at->subject->part.len) {
		capgate_out_string(out, "/");
		capgate_out_uri(out, at->subject->part);
	}
	if (cap >= 0) {
		capgate_out_string(out, "/");
		capgate_out_cap(out, cap);
	}
	capgate_out_string(out, "\"},\"properties\":{\"remedy\":");
	out_quoted(out, capgate_report_remedy(r, which));
	if (cap >= 0) {
		capgate_out_string(out, ",\"capability\":\"");
		capgate_out_cap(out, cap);
		capgate_out_string(out, "\"");
	}
	capgate_out_string(out, "}}");
}

void capgate_report_sarif(const struct capgate_report *r, const struct capgate_spec *spec,
			  const struct capgate_policy *policy,
			  const struct capgate_subject *subject, struct capgate_out *out)
{
	struct capgate_sentence path, message;
	struct place at = {.subject = subject};

	if (!r->parsed) {
		at.path = capgate_text_of(r->error.path);
		at.from = r->error.pos;
		out_result(out, r, r->error.rule, capgate_rule_info(r->error.rule)->severity, -1,
			   capgate_text_of(r->error.msg), &at);
		return;
	}
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct capgate_finding *f = &r->findings[i];

		capgate_path_sentence(f, spec, &path);
		capgate_sentence_of(f, spec, policy, &message);
		at.path = path.text;
		at.from = f->at.len ? f->at.off : CAPGATE_NOWHERE;
		at.len = f->at.len;
		if (i)
			capgate_out_string(out, ",\n");
		out_result(out, r, f->rule, f->severity, f->cap, message.text, &at);
	}
}
