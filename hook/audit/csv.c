/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inventory that a review needs (STIG: the documented list of capabilities that a container
 * has), one row for each container.  The format is RFC 4180, which spreadsheets read.
 */
#include <string.h>

#include "lib/base/base.h"
#include "words.h"

static const char *const columns[] = {
	"engine",
	"runtime",
	"id",
	"name",
	"image",
	"bundle",
	"running",
	"processes",
	"verdict",
	"bounding",
	"effective",
	"inheritable",
	"permitted",
	"ambient",
	"held",
	"exceeds",
	"beyond_specification",
	"no_new_privileges",
	"exemptions",
	"owners",
	"reasons",
	"expires",
	"justification",
	"stored",
	"learned",
	"used",
};

/*
 * Prints a quoted field.  A field that a spreadsheet would execute as a formula gets an
 * apostrophe in front, and control characters become visible.
 */
static void cell(struct capgate_out *out, struct capgate_text t)
{
	static const char formula[] = "=+-@";

	capgate_out_string(out, "\"");
	if (t.len && memchr(formula, t.p[0], sizeof(formula) - 1))
		capgate_out_string(out, "'");
	while (t.len) {
		const char *quote = memchr(t.p, '"', t.len);
		size_t n = quote ? (size_t)(quote - t.p) : t.len;

		capgate_out_visible(out, (struct capgate_text){t.p, n});
		if (quote)
			capgate_out_string(out, "\"\"");
		n += quote != NULL;
		t = (struct capgate_text){t.p + n, t.len - n};
	}
	capgate_out_string(out, "\"");
}

static void string_cell(struct capgate_out *out, const char *s)
{
	cell(out, capgate_text_of(s));
	capgate_out_string(out, ",");
}

static void set_cell(struct capgate_out *out, capgate_set s)
{
	capgate_out_string(out, "\"");
	if (!capgate_set_empty(s))
		capgate_out_set(out, s, " ");
	capgate_out_string(out, "\",");
}

/* Prints one member of each exemption in force, separated by "; ". */
static void exemption_cell(const struct audit_result *r, size_t member, struct capgate_out *out)
{
	struct words w;

	words_begin(&w);
	for (size_t i = 0, n = 0; i < r->policy.n_exemptions; i++) {
		const struct capgate_exemption *e = &r->policy.exemptions[i];
		const struct capgate_text of[] = {e->id, e->owner, e->reason,
						  e->expires.len ? e->expires
								 : capgate_text_of("never")};

		if (!audit_in_force(r, e))
			continue;
		capgate_out_string(&w.out, n++ ? "; " : "");
		capgate_out_bytes(&w.out, of[member].p ? of[member].p : "", of[member].len);
	}
	cell(out, words_text(&w));
	capgate_out_string(out, ",");
}

void audit_csv_head(struct capgate_out *out)
{
	for (size_t i = 0; i < COUNT(columns); i++)
		capgate_out_format(out, "%s%s", i ? "," : "", columns[i]);
	capgate_out_string(out, "\r\n");
}

static bool all_no_new_privs(const struct audit_result *r)
{
	bool all = r->spec.no_new_privs;

	for (size_t i = 0; i < r->n_members; i++)
		all &= r->member[i].process->no_new_privs;
	return all;
}

void audit_csv(const struct audit_result *r, struct capgate_out *out)
{
	const struct container *c = r->container;
	struct words justification;

	string_cell(out, audit_engine(c));
	string_cell(out, c->runtime);
	string_cell(out, c->id);
	string_cell(out, c->name);
	string_cell(out, c->image);
	string_cell(out, c->bundle);
	string_cell(out, r->running ? "yes" : "no");
	capgate_out_format(out, "%zu,", r->n_members);
	string_cell(out, !r->judged ? "unknown" : audit_passes(r) ? "pass" : "refuse");
	for (int s = 0; s < CAPGATE_NSETS; s++)
		set_cell(out, r->report.asked[s]);
	set_cell(out, r->held);
	set_cell(out, r->exceeds);
	set_cell(out, r->beyond_spec);
	string_cell(out, all_no_new_privs(r) ? "yes" : "no");
	for (size_t member = 0; member < 4; member++)
		exemption_cell(r, member, out);
	audit_justify(r, &justification);
	cell(out, words_text(&justification));
	capgate_out_format(out, ",\"%s\",\"", !c->stored ? "no" : c->gated ? "gated" : "yes");
	if (r->learned.is_proved)
		capgate_out_set(out, r->learned.needed, " ");
	capgate_out_string(out, "\",\"");
	if (r->learned.is_recorded)
		capgate_out_set(out, r->learned.used, " ");
	capgate_out_string(out, "\"\r\n");
}
