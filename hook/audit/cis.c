/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence: what an assessor needs to know about each container, followed by each control. */
#include "controls.h"
#include "words.h"

static void cis_difference(capgate_set has, struct words *w)
{
	const struct capgate_profile *docker =
		capgate_profile_find(capgate_text_of("docker-default"));
	capgate_set usual = docker ? docker->caps : (capgate_set){0};

	capgate_out_string(words_begin(w), "added ");
	capgate_out_set(&w->out, capgate_set_minus(has, usual), " ");
	capgate_out_string(&w->out, "; dropped ");
	capgate_out_set(&w->out, capgate_set_minus(usual, has), " ");
}

void audit_cis(const struct audit_result *r, const struct style *style, struct capgate_out *out)
{
	capgate_set has = capgate_set_or(r->asked, r->held);
	struct words w;

	audit_headline(r, style, out);
	capgate_out_visible(words_begin(&w), capgate_text_of(r->container->id));
	audit_field(out, style, "id", &w);
	if (r->container->config[0]) {
		capgate_out_visible(words_begin(&w), capgate_text_of(r->container->config));
		audit_field(out, style, "specification", &w);
	}
	capgate_out_set(words_begin(&w), r->asked, " ");
	audit_field(out, style, "required", &w);
	if (r->running)
		audit_tell_held(r, style, out);
	audit_tell_userns(r, style, out);
	cis_difference(has, &w);
	audit_field(out, style, "Docker's default", &w);
	audit_justify(r, &w);
	audit_field(out, style, "justification", &w);
	capgate_out_string(words_begin(&w), !r->judged        ? "NOT JUDGED"
					    : audit_passes(r) ? "PASS"
							      : "FAIL");
	audit_field(out, style, "result", &w);
	for (size_t i = 0; i < r->n_members; i++)
		audit_tell_member(&r->member[i], style, out);
}

void audit_cis_head(const struct audit_evidence *e, struct capgate_out *out)
{
	capgate_out_string(out, "Containers of this machine: evidence for auditors\n");
	capgate_out_format(out, "host %s, kernel %s, %s, capgate %s, as uid %u\npolicy ", e->host,
			   e->kernel, e->when, e->version, e->uid);
	capgate_out_visible(out, e->policy->source.len ? e->policy->source
						       : capgate_text_of("built in"));
	if (e->policy->digest.len) {
		capgate_out_string(out, ", sha256 ");
		capgate_out_visible(out, e->policy->digest);
	}
	capgate_out_string(out, "\nallows ");
	capgate_out_set(out, e->policy->allowed, " ");
	capgate_out_format(out,
			   "\n%zu container%s, stopped ones of %s Docker and podman included\n",
			   e->containers, e->containers == 1 ? "" : "s",
			   e->uid == 0 ? "root's" : "this user's");
	if (e->uid == 0)
		capgate_out_string(out, "not looked for: stopped containers of other users; run "
					"capgate audit --cis as each of them\n");
	if (e->unreadable)
		capgate_out_format(out, "INCOMPLETE: the state of %zu could not be read\n",
				   e->unreadable);
	if (e->uid != 0)
		capgate_out_string(
			out, "INCOMPLETE: without root, only this user's containers are seen\n");
	capgate_out_string(out, "\n");
}

/* ---- The controls ------------------------------------------------------------------ */

/* The same under other names: "CIS-Kubernetes-5.2.9 (CIS Kubernetes ...), SV-235801 (...)". */
static void out_aliases(const struct control *control, struct capgate_out *out)
{
	bool first = true;

	for (const struct control *c = controls; c->id; c++) {
		if (c == control || c->subject != control->subject)
			continue;
		capgate_out_format(out, "%s%s (%s)", first ? "  also: " : ", ", c->id,
				   c->catalogue);
		first = false;
	}
	capgate_out_string(out, first ? "" : "\n");
}

static void out_control(const struct control_tally *t, const char *incomplete,
			struct capgate_out *out)
{
	capgate_out_string(out, "\n");
	control_line(t, incomplete, out);
	capgate_out_format(out, "\n  %s: %s\n", t->control->catalogue, t->control->title);
	out_aliases(t->control, out);
	capgate_out_format(out, "  by hand: %s\n", t->control->by_hand);
	capgate_out_bytes(out, t->details.p ? t->details.p : "", t->details.len);
}

void audit_cis_controls(const struct control_tallies *t, const char *incomplete,
			struct capgate_out *out)
{
	for (size_t i = 0; i < t->n; i++)
		out_control(&t->v[i], incomplete, out);
}
