/* SPDX-License-Identifier: Apache-2.0 */
/* Judges one container by one control, and says why. */
#include <string.h>

#include "controls.h"
#include "words.h"

void control_out_name(struct capgate_out *out, struct capgate_text name)
{
	static const char marks[] = "_./:@+-";

	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c && strchr(marks, c)))
			capgate_out_bytes(out, name.p + i, 1);
		else
			capgate_out_format(out, "\\x%02x", c);
	}
}

/* ---- Exemptions -------------------------------------------------------------------- */

/* The capabilities that an exemption allows the container now. */
static capgate_set exempted(const struct audit_result *r)
{
	capgate_set s = {0};

	for (size_t i = 0; i < r->policy.n_exemptions; i++)
		if (audit_in_force(r, &r->policy.exemptions[i]))
			s = capgate_set_or(s, r->policy.exemptions[i].allow);
	return capgate_set_and(s, r->policy.exempt_most);
}

void control_exemptions(const struct audit_result *r, capgate_set given, struct capgate_out *out)
{
	bool first = true;

	for (size_t i = 0; i < r->policy.n_exemptions; i++) {
		const struct capgate_exemption *e = &r->policy.exemptions[i];

		if (capgate_set_empty(capgate_set_and(e->allow, given)) || !audit_in_force(r, e))
			continue;
		capgate_out_string(out, first ? "" : ", and ");
		first = false;
		capgate_out_visible(out, e->id);
		capgate_out_string(out, ", owner ");
		capgate_out_visible(out, e->owner.len ? e->owner : capgate_text_of("unnamed"));
		capgate_out_string(out, e->expires.len ? ", until " : ", without an end");
		capgate_out_visible(out, e->expires);
		capgate_out_string(out, ": ");
		capgate_out_visible(out, e->reason);
	}
}

/* "NET_RAW SYS_ADMIN (EX-17, owner netops, until 2027-03-31: CNI agent)" */
static enum control_outcome excuse(const struct audit_result *r, const char *what, capgate_set s,
				   struct words *why)
{
	capgate_out_string(&why->out, what);
	if (why->out.len == 0)
		capgate_out_set(&why->out, s, " ");
	capgate_out_string(&why->out, " (");
	control_exemptions(r, s, &why->out);
	capgate_out_string(&why->out, ")");
	return CONTROL_EXCUSED;
}

/* ---- The controls ------------------------------------------------------------------ */

static enum control_outcome judge_capabilities(const struct audit_result *r, struct words *why)
{
	const capgate_set has = capgate_set_or(r->asked, r->held);
	capgate_set bad = capgate_set_or(r->report.forbidden, r->exceeds);
	capgate_set excused =
		capgate_set_minus(capgate_set_and(has, exempted(r)), r->policy.allowed);

	if (!r->report.parsed) {
		capgate_out_string(&why->out, capgate_rule_info(r->report.rule)->id);
		return CONTROL_FAIL;
	}
	if (r->report.absent)
		capgate_out_string(&why->out, "all (its specification names none)");
	else if (!capgate_set_empty(bad))
		capgate_out_set(&why->out, bad, " ");
	else if (r->report.verdict != CAPGATE_PASS && r->report.rule != CAPGATE_RULE_NO_NEW_PRIVS)
		capgate_out_string(&why->out, capgate_rule_info(r->report.rule)->id);
	else if (!capgate_set_empty(excused))
		return excuse(r, "", excused, why);
	else
		return CONTROL_PASS;
	return CONTROL_FAIL;
}

/* A finding about an entry or a filter with which a runtime may give capabilities that no set
 * lists. */
static const struct capgate_finding *find_hidden(const struct capgate_report *report)
{
	for (size_t i = 0; i < report->n_findings; i++) {
		const struct capgate_finding *f = &report->findings[i];

		if (f->rule == CAPGATE_RULE_ODD_NAME || f->rule == CAPGATE_RULE_ODD_ELEMENT ||
		    f->rule == CAPGATE_RULE_DROP_PRETENDED)
			return f;
	}
	return NULL;
}

/* Only an exemption is an excuse, even if the policy allows NET_RAW to every container. */
static enum control_outcome judge_net_raw(const struct audit_result *r, struct words *why)
{
	const capgate_set net_raw = capgate_set_of(CAPGATE_CAP_NET_RAW);
	const struct capgate_finding *hidden = find_hidden(&r->report);

	if (!r->report.parsed)
		return CONTROL_UNKNOWN;
	if (hidden) {
		capgate_out_string(&why->out, capgate_rule_info(hidden->rule)->id);
		return CONTROL_FAIL;
	}
	if (capgate_set_empty(capgate_set_and(net_raw, capgate_set_or(r->asked, r->held))))
		return CONTROL_PASS;
	if (!r->report.absent && capgate_set_within(net_raw, exempted(r)))
		return excuse(r, "", net_raw, why);
	capgate_out_string(&why->out, "NET_RAW");
	return CONTROL_FAIL;
}

static enum control_outcome judge_privileged(const struct audit_result *r, capgate_set host,
					     struct words *why)
{
	const char *reason;

	if (!r->report.parsed)
		return CONTROL_UNKNOWN;
	reason = audit_privileged(r, host);
	if (!reason)
		return CONTROL_PASS;
	if (capgate_set_within(host, exempted(r)))
		return excuse(r, reason, host, why);
	capgate_out_string(&why->out, reason);
	return CONTROL_FAIL;
}

/* Prints "process 123 (sh)" and how many others there are. */
static void out_processes(const struct audit_result *r,
			  bool (*counts)(const struct audit_member *m), struct capgate_out *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_members; i++) {
		if (!counts(&r->member[i]) || n++ > 0)
			continue;
		capgate_out_format(out, "process %ld (", r->member[i].process->pid);
		control_out_name(out, capgate_text_of(r->member[i].process->name));
		capgate_out_string(out, ")");
	}
	if (n > 1)
		capgate_out_format(out, " and %zu more", n - 1);
}

static bool holds_more(const struct audit_member *m)
{
	return !capgate_set_empty(m->beyond_spec);
}

static enum control_outcome judge_exec(const struct audit_result *r, struct words *why)
{
	if (!r->report.parsed)
		return r->running ? CONTROL_UNKNOWN : CONTROL_PASS;
	if (capgate_set_empty(r->beyond_spec))
		return CONTROL_PASS;
	if (capgate_set_within(r->beyond_spec, exempted(r)))
		return excuse(r, "", r->beyond_spec, why);
	capgate_out_set(&why->out, r->beyond_spec, " ");
	capgate_out_string(&why->out, " in ");
	out_processes(r, holds_more, &why->out);
	return CONTROL_FAIL;
}

static bool can_gain(const struct audit_member *m)
{
	return !m->process->no_new_privs;
}

static enum control_outcome judge_no_new_privs(const struct audit_result *r, struct words *why)
{
	bool all = true;

	if (!r->report.parsed)
		return CONTROL_UNKNOWN;
	for (size_t i = 0; i < r->n_members; i++)
		all &= !can_gain(&r->member[i]);
	if (r->spec.no_new_privs && all)
		return CONTROL_PASS;
	if (r->spec.no_new_privs)
		out_processes(r, can_gain, &why->out);
	else
		capgate_out_string(&why->out, "specification");
	return CONTROL_FAIL;
}

static bool is_unfiltered(const struct audit_member *m)
{
	return audit_is_unfiltered(m->process);
}

static enum control_outcome judge_seccomp(const struct audit_result *r, struct words *why)
{
	if (!r->report.parsed)
		return CONTROL_UNKNOWN;
	if (r->spec.seccomp.presence == CAPGATE_PRESENT && r->userns.unfiltered == 0)
		return CONTROL_PASS;
	if (r->spec.seccomp.presence == CAPGATE_PRESENT)
		out_processes(r, is_unfiltered, &why->out);
	else
		capgate_out_string(&why->out, "specification");
	return CONTROL_FAIL;
}

enum control_outcome control_judge(enum control_subject subject, const struct audit_result *r,
				   capgate_set host, struct words *why)
{
	words_begin(why);
	if (!r->judged) /* it has no running process */
		return subject == CONTROL_EXEC && !r->running ? CONTROL_PASS : CONTROL_UNKNOWN;
	switch (subject) {
	case CONTROL_CAPABILITIES:
		return judge_capabilities(r, why);
	case CONTROL_NET_RAW:
		return judge_net_raw(r, why);
	case CONTROL_PRIVILEGED:
		return judge_privileged(r, host, why);
	case CONTROL_EXEC:
		return judge_exec(r, why);
	case CONTROL_SECCOMP:
		return judge_seccomp(r, why);
	default:
		return judge_no_new_privs(r, why);
	}
}
