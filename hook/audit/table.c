/* SPDX-License-Identifier: Apache-2.0 */
/* The table: a container of this machine, for people. */
#include <string.h>

#include "words.h"

enum { TEXT = 19 };

void audit_field(struct capgate_out *out, const struct style *style, const char *label,
		 const struct words *w)
{
	capgate_out_format(out, "  %-*s", TEXT - 2, label);
	terminal_wrap(out, style, words_text(w), TEXT, TEXT);
}

static void out_word(struct capgate_out *out, const char *word)
{
	capgate_out_visible(out, capgate_text_of(word[0] ? word : "-"));
}

/* Shortens long ids as engines do. */
static void out_id(struct capgate_out *out, const char *id)
{
	size_t n = strlen(id);

	capgate_out_visible(out, (struct capgate_text){id, n == 64 ? 12 : n});
}

const char *audit_engine(const struct container *c)
{
	return c->engine[0] ? c->engine : c->runtime[0] ? c->runtime : "unknown";
}

void audit_out_container(struct capgate_out *out, const struct container *c)
{
	capgate_out_format(out, "%s ", audit_engine(c));
	out_id(out, c->id);
	if (c->name[0]) {
		capgate_out_string(out, " ");
		out_word(out, c->name);
	}
	if (c->image[0]) {
		capgate_out_string(out, " (");
		out_word(out, c->image);
		capgate_out_string(out, ")");
	}
}

static const char *what_fails(const struct audit_result *r)
{
	if (!capgate_set_empty(r->exceeds))
		return "holds too much";
	return r->report.verdict != CAPGATE_PASS ? "its specification is not allowed"
						 : "can make a user namespace";
}

void audit_headline(const struct audit_result *r, const struct style *style,
		    struct capgate_out *out)
{
	audit_out_container(out, r->container);
	if (r->running)
		capgate_out_format(out, ", pid %ld: ", r->container->pid);
	else
		capgate_out_string(out, ", not running: ");
	if (!r->judged)
		terminal_paint(out, style, PAINT_WARN, "could not be judged");
	else if (audit_passes(r))
		terminal_paint(out, style, PAINT_GOOD, "allowed");
	else
		terminal_paint(out, style, PAINT_BAD,
			       what_fails(r));
	capgate_out_string(out, "\n");
}

void audit_tell_member(const struct audit_member *m, const struct style *style,
		       struct capgate_out *out)
{
	struct words w;

	if (m->nested || (capgate_set_empty(m->exceeds) && capgate_set_empty(m->beyond_spec)))
		return;
	capgate_out_format(words_begin(&w), "%ld (", m->process->pid);
	out_word(&w.out, m->process->name);
	capgate_out_string(&w.out, ") holds ");
	if (!capgate_set_empty(m->exceeds)) {
		capgate_out_set(&w.out, m->exceeds, " ");
		capgate_out_string(&w.out, ", not allowed");
	}
	if (!capgate_set_empty(m->beyond_spec)) {
		if (!capgate_set_empty(m->exceeds))
			capgate_out_string(&w.out, "; ");
		capgate_out_set(&w.out, m->beyond_spec, " ");
		capgate_out_string(&w.out, ", which its specification does not ask for: entered by "
					   "exec --privileged?");
	}
	audit_field(out, style, "process", &w);
}

void audit_tell_held(const struct audit_result *r, const struct style *style,
		     struct capgate_out *out)
{
	size_t nested = 0;
	struct words w;

	for (size_t i = 0; i < r->n_members; i++)
		nested += r->member[i].nested;
	capgate_out_set(words_begin(&w), r->held, " ");
	capgate_out_format(&w.out, " (%zu process%s", r->n_members, r->n_members == 1 ? "" : "es");
	if (nested)
		capgate_out_format(&w.out, ", %zu in their own user namespaces, not counted",
				   nested);
	capgate_out_string(&w.out, ")");
	audit_field(out, style, "held now", &w);
}

void audit_tell_userns(const struct audit_result *r, const struct style *style,
		       struct capgate_out *out)
{
	struct words w;

	if (!r->report.parsed)
		return;
	audit_userns_words(r, &w);
	audit_field(out, style, "user namespaces", &w);
}

void audit_table(const struct audit_result *r, const struct style *style, struct capgate_out *out)
{
	struct words w;

	audit_headline(r, style, out);
	if (r->report.parsed) {
		if (r->report.absent)
			capgate_out_string(
				words_begin(&w),
				"capabilities are absent: some runtimes give all that they have");
		else
			capgate_out_set(words_begin(&w), r->asked, " ");
		audit_field(out, style, "specification", &w);
		if (r->container->gated) {
			capgate_out_string(words_begin(&w), "as the wrapper would start it");
			audit_field(out, style, "", &w);
		}
	}
	if (r->judged ? r->report.verdict != CAPGATE_PASS : true) {
		capgate_report_sentence(&r->report, &r->spec, &r->policy, words_begin(&w));
		audit_field(out, style, "", &w);
	}
	if (!r->running)
		return;
	audit_tell_held(r, style, out);
	audit_tell_userns(r, style, out);
	for (size_t i = 0; i < r->n_members; i++)
		audit_tell_member(&r->member[i], style, out);
}
