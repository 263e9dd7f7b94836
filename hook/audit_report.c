/* SPDX-License-Identifier: Apache-2.0 */
/* A container of this machine, for people and for programs. */
#include <string.h>

#include "audit.h"

enum { TEXT = 19 };

struct line {
	char buf[2048];
	struct capgate_out out;
};

static struct capgate_out *begin(struct line *l)
{
	l->out = (struct capgate_out){l->buf, sizeof(l->buf), 0};
	return &l->out;
}

static void field(struct capgate_out *out, const struct style *style, const char *label, const struct line *l)
{
	capgate_out_format(out, "  %-*s", TEXT - 2, label);
	terminal_wrap(out, style,
		      (struct capgate_text){l->buf, l->out.len < l->out.size ? l->out.len : l->out.size}, TEXT, TEXT);
}

static void out_word(struct capgate_out *out, const char *word)
{
	capgate_out_visible(out, capgate_text_of(word[0] ? word : "-"));
}

/* Long ids as engines show them. */
static void out_id(struct capgate_out *out, const char *id)
{
	size_t n = strlen(id);

	capgate_out_visible(out, (struct capgate_text){id, n == 64 ? 12 : n});
}

static const char *engine_of(const struct audit_container *c)
{
	return c->engine[0] ? c->engine : c->runtime[0] ? c->runtime : "unknown";
}

static void out_headline(const struct audit_result *r, const struct style *style, struct capgate_out *out)
{
	const struct audit_container *c = r->container;

	capgate_out_format(out, "%s ", engine_of(c));
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
	if (r->running)
		capgate_out_format(out, ", pid %ld: ", c->pid);
	else
		capgate_out_string(out, ", not running: ");
	if (!r->judged)
		terminal_paint(out, style, PAINT_WARN, "could not be judged");
	else if (audit_passes(r))
		terminal_paint(out, style, PAINT_GOOD, "allowed");
	else
		terminal_paint(out, style, PAINT_BAD,
			       capgate_set_empty(r->exceeds) ? "its specification is not allowed" : "holds too much");
	capgate_out_string(out, "\n");
}

static void tell_member(const struct audit_member *m, const struct style *style, struct capgate_out *out)
{
	struct line l;

	if (m->nested || (capgate_set_empty(m->exceeds) && capgate_set_empty(m->beyond_spec)))
		return;
	capgate_out_format(begin(&l), "%ld (", m->process->pid);
	out_word(&l.out, m->process->name);
	capgate_out_string(&l.out, ") holds ");
	if (!capgate_set_empty(m->exceeds)) {
		capgate_out_set(&l.out, m->exceeds, " ");
		capgate_out_string(&l.out, ", not allowed");
	}
	if (!capgate_set_empty(m->beyond_spec)) {
		if (!capgate_set_empty(m->exceeds))
			capgate_out_string(&l.out, "; ");
		capgate_out_set(&l.out, m->beyond_spec, " ");
		capgate_out_string(&l.out, ", which its specification does not ask for: entered by exec --privileged?");
	}
	field(out, style, "process", &l);
}

static void tell_held(const struct audit_result *r, const struct style *style, struct capgate_out *out)
{
	size_t nested = 0;
	struct line l;

	for (size_t i = 0; i < r->n_members; i++)
		nested += r->member[i].nested;
	capgate_out_set(begin(&l), r->held, " ");
	capgate_out_format(&l.out, " (%zu process%s", r->n_members, r->n_members == 1 ? "" : "es");
	if (nested)
		capgate_out_format(&l.out, ", %zu in user namespaces of their own, not counted", nested);
	capgate_out_string(&l.out, ")");
	field(out, style, "held now", &l);
}

void audit_table(const struct audit_result *r, const struct style *style, struct capgate_out *out)
{
	struct line l;

	out_headline(r, style, out);
	if (r->report.parsed) {
		if (r->report.absent)
			capgate_out_string(begin(&l), "capabilities absent: some runtimes give all they have");
		else
			capgate_out_set(begin(&l), r->asked, " ");
		field(out, style, "specification", &l);
	}
	if (r->judged ? r->report.verdict != CAPGATE_PASS : true) {
		capgate_report_sentence(&r->report, &r->spec, &r->policy, begin(&l));
		field(out, style, "", &l);
	}
	if (!r->running)
		return;
	tell_held(r, style, out);
	for (size_t i = 0; i < r->n_members; i++)
		tell_member(&r->member[i], style, out);
}

/* ---- JSON -------------------------------------------------------------------------- */

static void json_set(struct capgate_out *out, const char *key, capgate_set s)
{
	bool first = true;

	capgate_out_format(out, "\"%s\":[", key);
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0; first = false) {
		capgate_out_string(out, first ? "\"" : ",\"");
		capgate_out_cap(out, c);
		capgate_out_string(out, "\"");
	}
	capgate_out_string(out, "]");
}

static void json_string(struct capgate_out *out, const char *key, const char *value)
{
	capgate_out_format(out, "\"%s\":", key);
	if (value[0])
		capgate_out_json(out, capgate_text_of(value));
	else
		capgate_out_string(out, "null");
	capgate_out_string(out, ",");
}

static bool in_force(const struct audit_result *r, const struct capgate_exemption *e)
{
	return r->report.parsed && capgate_exemption_matches(e, &r->spec, &r->policy.scene) &&
	       !capgate_exemption_expired(e, r->policy.scene.now);
}

static void json_exemptions(struct capgate_out *out, const struct audit_result *r)
{
	bool first = true;

	capgate_out_string(out, ",\"exemptions\":[");
	for (size_t i = 0; i < r->policy.n_exemptions; i++) {
		const struct capgate_exemption *e = &r->policy.exemptions[i];

		if (!in_force(r, e))
			continue;
		capgate_out_string(out, first ? "{\"id\":" : ",{\"id\":");
		first = false;
		capgate_out_json(out, e->id);
		capgate_out_string(out, ",\"reason\":");
		capgate_out_json(out, e->reason);
		capgate_out_string(out, ",\"owner\":");
		capgate_out_json(out, e->owner);
		capgate_out_string(out, ",\"expires\":");
		capgate_out_json(out, e->expires);
		capgate_out_string(out, ",");
		json_set(out, "allow", e->allow);
		capgate_out_string(out, "}");
	}
	capgate_out_string(out, "]");
}

static void json_member(struct capgate_out *out, const struct audit_member *m)
{
	capgate_out_format(out, "{\"pid\":%ld,", m->process->pid);
	json_string(out, "command", m->process->name);
	capgate_out_string(out, "\"sets\":{");
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		capgate_out_string(out, s ? "," : "");
		json_set(out, capgate_which_name((enum capgate_which)s), m->process->set[s]);
	}
	capgate_out_format(out, "},\"own_user_namespace\":%s,", m->nested ? "true" : "false");
	json_set(out, "exceeds", m->exceeds);
	capgate_out_string(out, ",");
	json_set(out, "beyond_specification", m->beyond_spec);
	capgate_out_string(out, "}");
}

void audit_json(const struct audit_result *r, struct capgate_out *out)
{
	const struct audit_container *c = r->container;

	capgate_out_string(out, "{\"capgate\":1,");
	json_string(out, "engine", engine_of(c));
	json_string(out, "runtime", c->runtime);
	json_string(out, "id", c->id);
	json_string(out, "name", c->name);
	json_string(out, "image", c->image);
	json_string(out, "bundle", c->bundle);
	capgate_out_format(out, "\"running\":%s,\"pid\":", r->running ? "true" : "false");
	if (r->running)
		capgate_out_format(out, "%ld", c->pid);
	else
		capgate_out_string(out, "null");
	capgate_out_format(out, ",\"verdict\":\"%s\",",
			   !r->judged ? "unknown" : audit_passes(r) ? "pass" : "refuse");
	json_set(out, "asked", r->asked);
	capgate_out_string(out, ",");
	json_set(out, "held", r->held);
	capgate_out_string(out, ",");
	json_set(out, "exceeds", r->exceeds);
	capgate_out_string(out, ",");
	json_set(out, "beyond_specification", r->beyond_spec);
	json_exemptions(out, r);
	capgate_out_string(out, ",\"processes\":[");
	for (size_t i = 0; i < r->n_members; i++) {
		capgate_out_string(out, i ? "," : "");
		json_member(out, &r->member[i]);
	}
	capgate_out_string(out, "],\"specification\":");
	capgate_report_json(&r->report, &r->spec, &r->policy, capgate_text_of(c->bundle), r->text, out);
	capgate_out_string(out, "}");
}

/* ---- The inventory -------------------------------------------------------------------- */

static void cis_difference(capgate_set has, struct line *l)
{
	const struct capgate_profile *docker = capgate_profile_find(capgate_text_of("docker-default"));
	capgate_set usual = docker ? docker->caps : (capgate_set){0};

	capgate_out_string(begin(l), "added ");
	capgate_out_set(&l->out, capgate_set_minus(has, usual), " ");
	capgate_out_string(&l->out, "; dropped ");
	capgate_out_set(&l->out, capgate_set_minus(usual, has), " ");
}

/* "exemption EX-17 (CNI agent; netops; until 2027-03-31): NET_ADMIN" */
static void cis_exemption(const struct audit_result *r, const struct capgate_exemption *e, struct capgate_out *out)
{
	capgate_set gives = capgate_set_and(r->report.exempt, e->allow);

	if (!in_force(r, e) || capgate_set_empty(gives))
		return;
	capgate_out_string(out, out->len ? "; exemption " : "exemption ");
	capgate_out_visible(out, e->id);
	capgate_out_string(out, " (");
	capgate_out_visible(out, e->reason);
	if (e->owner.len) {
		capgate_out_string(out, "; ");
		capgate_out_visible(out, e->owner);
	}
	if (e->expires.len) {
		capgate_out_string(out, "; until ");
		capgate_out_visible(out, e->expires);
	}
	capgate_out_string(out, "): ");
	capgate_out_set(out, gives, " ");
}

/* Which part of the policy stands for what the container has. */
static void cis_justification(const struct audit_result *r, capgate_set has, struct line *l)
{
	const struct capgate_policy *p = &r->policy;
	const struct capgate_profile *profile = capgate_profile_find(p->profile);
	capgate_set by_profile = capgate_set_and(has, capgate_set_and(p->allowed, profile ? profile->caps : (capgate_set){0}));
	capgate_set by_list = capgate_set_minus(capgate_set_and(has, p->allowed), by_profile);
	capgate_set none = capgate_set_minus(capgate_set_minus(has, p->allowed), r->report.exempt);

	begin(l);
	if (!capgate_set_empty(by_profile)) {
		capgate_out_format(&l->out, "profile %.*s: ", (int)p->profile.len, p->profile.p);
		capgate_out_set(&l->out, by_profile, " ");
	}
	if (!capgate_set_empty(by_list)) {
		capgate_out_string(&l->out, l->out.len ? "; allowed by the policy's list: " : "allowed by the policy's list: ");
		capgate_out_set(&l->out, by_list, " ");
	}
	for (size_t i = 0; i < p->n_exemptions; i++)
		cis_exemption(r, &p->exemptions[i], &l->out);
	if (!capgate_set_empty(none)) {
		capgate_out_string(&l->out, l->out.len ? "; NONE for: " : "NONE for: ");
		capgate_out_set(&l->out, none, " ");
	}
	if (l->out.len == 0)
		capgate_out_string(&l->out, "none needed");
}

void audit_cis(const struct audit_result *r, const struct style *style, struct capgate_out *out)
{
	capgate_set has = capgate_set_or(r->asked, r->held);
	struct line l;

	out_headline(r, style, out);
	capgate_out_visible(begin(&l), capgate_text_of(r->container->id));
	field(out, style, "id", &l);
	capgate_out_set(begin(&l), r->asked, " ");
	field(out, style, "required", &l);
	if (r->running)
		tell_held(r, style, out);
	cis_difference(has, &l);
	field(out, style, "Docker's default", &l);
	cis_justification(r, has, &l);
	field(out, style, "justification", &l);
	capgate_out_string(begin(&l), !r->judged ? "NOT JUDGED" : audit_passes(r) ? "PASS" : "FAIL");
	field(out, style, "result", &l);
	for (size_t i = 0; i < r->n_members; i++)
		tell_member(&r->member[i], style, out);
}
