/* SPDX-License-Identifier: Apache-2.0 */
/* JSON: a container of this machine, for programs. capgate(1) documents the members. */
#include <stdlib.h>

#include "controls.h"
#include "lib/caps/caps.h"
#include "words.h"

static void json_set(struct capgate_out *out, const char *key, capgate_set s)
{
	capgate_out_format(out, "\"%s\":[", key);
	capgate_out_names(out, s);
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

static void json_exemptions(struct capgate_out *out, const struct audit_result *r)
{
	bool first = true;

	capgate_out_string(out, ",\"exemptions\":[");
	for (size_t i = 0; i < r->policy.n_exemptions; i++) {
		const struct capgate_exemption *e = &r->policy.exemptions[i];

		if (!audit_in_force(r, e))
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
	capgate_out_format(out, "},\"no_new_privileges\":%s,\"seccomp\":\"%s\",",
			   m->process->no_new_privs ? "true" : "false",
			   audit_seccomp_name(m->process->seccomp));
	capgate_out_format(out, "\"own_user_namespace\":%s,", m->nested ? "true" : "false");
	json_set(out, "exceeds", m->exceeds);
	capgate_out_string(out, ",");
	json_set(out, "beyond_specification", m->beyond_spec);
	capgate_out_string(out, "}");
}

/* Prints null if the specification could not be read. */
static void json_userns(const struct audit_result *r, struct capgate_out *out)
{
	const struct audit_userns *u = &r->userns;

	capgate_out_string(out, ",\"user_namespaces\":");
	if (!r->report.parsed) {
		capgate_out_string(out, "null");
		return;
	}
	capgate_out_format(out, "{\"possible\":%s,\"host_forbids\":%s,\"filter\":\"%s\",",
			   u->unknown ? "null" : u->open ? "true" : "false",
			   u->host_forbids ? "true" : "false",
			   u->unknown                                         ? "unknown"
			   : u->filter_blocks                                   ? "blocks"
			   : r->spec.seccomp.presence == CAPGATE_PRESENT ? "allows"
									      : "none");
	capgate_out_format(out, "\"unfiltered\":%zu}", u->unfiltered);
}

void audit_json(const struct audit_result *r, struct capgate_out *out)
{
	const struct container *c = r->container;
	struct words justification;
	const struct capgate_subject subject = {.file = capgate_text_of(c->config),
						.text = r->text};

	capgate_out_string(out, "{\"capgate\":1,");
	json_string(out, "engine", audit_engine(c));
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
	capgate_out_format(out, ",\"stored\":%s,\"gated\":", c->stored ? "true" : "false");
	/* For other containers it is unknown what started them. */
	capgate_out_string(out, !c->stored ? "null" : c->gated ? "true" : "false");
	capgate_out_format(out, ",\"verdict\":\"%s\",",
			   !r->judged        ? "unknown"
			   : audit_passes(r) ? "pass"
					     : "refuse");
	json_set(out, "asked", r->asked);
	capgate_out_string(out, ",");
	json_set(out, "held", r->held);
	capgate_out_string(out, ",");
	json_set(out, "exceeds", r->exceeds);
	capgate_out_string(out, ",");
	json_set(out, "beyond_specification", r->beyond_spec);
	json_exemptions(out, r);
	audit_justify(r, &justification);
	capgate_out_string(out, ",\"justification\":");
	capgate_out_json(out, words_text(&justification));
	capgate_out_string(out, ",");
	if (r->learned.is_proved)
		json_set(out, "learned", r->learned.needed);
	else
		capgate_out_string(out, "\"learned\":null");
	capgate_out_string(out, ",");
	if (r->learned.is_recorded)
		json_set(out, "used", r->learned.used);
	else
		capgate_out_string(out, "\"used\":null");
	capgate_out_string(out, ",\"processes\":[");
	for (size_t i = 0; i < r->n_members; i++) {
		capgate_out_string(out, i ? "," : "");
		json_member(out, &r->member[i]);
	}
	capgate_out_string(out, "]");
	json_userns(r, out);
	capgate_out_string(out, ",\"specification\":");
	capgate_report_json(&r->report, &r->spec, &r->policy, &subject, out);
	capgate_out_string(out, "}");
}

void audit_json_head(const struct audit_evidence *e, struct capgate_out *out)
{
	capgate_out_string(out, "{\"capgate\":1,\"evidence\":{");
	json_string(out, "host", e->host);
	json_string(out, "kernel", e->kernel);
	json_string(out, "time", e->when);
	json_string(out, "version", e->version);
	capgate_out_format(out, "\"uid\":%u,\"policy\":", e->uid);
	capgate_out_json(out, e->policy->source);
	capgate_out_string(out, ",\"policy_digest\":");
	capgate_out_json(out, e->policy->digest);
	capgate_out_string(out, ",");
	json_set(out, "allowed", e->policy->allowed);
	capgate_out_string(out, "},\"containers\":[\n");
}

/* ---- The controls ------------------------------------------------------------------ */

/* Prints the control's line as a string; null without memory. */
static void json_line(const struct control_tally *t, const char *incomplete,
		      struct capgate_out *out)
{
	struct capgate_out line = {0};

	control_line(t, incomplete, &line);
	line = (struct capgate_out){malloc(line.len), line.len, 0};
	if (line.p)
		control_line(t, incomplete, &line);
	capgate_out_string(out, ",\"line\":");
	if (line.p)
		capgate_out_json(out, capgate_out_text(&line));
	else
		capgate_out_string(out, "null");
	free(line.p);
}

void audit_json_controls(const struct control_tallies *tallies, const char *incomplete,
			 struct capgate_out *out)
{
	for (size_t i = 0; i < tallies->n; i++) {
		const struct control_tally *t = &tallies->v[i];

		capgate_out_string(out, i ? ",{" : "{");
		json_string(out, "id", t->control->id);
		json_string(out, "catalogue", t->control->catalogue);
		json_string(out, "result", control_word(control_outcome_of(t, incomplete)));
		capgate_out_format(
			out,
			"\"containers\":%zu,\"failed\":%zu,\"by_exemption\":%zu,\"not_judged\":%zu",
			t->n, t->failed, t->excused, t->unknown);
		json_line(t, incomplete, out);
		capgate_out_string(out, "}");
	}
}
