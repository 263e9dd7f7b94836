/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the part of the policy that allows what a container has. */
#include "words.h"

bool audit_in_force(const struct audit_result *r, const struct capgate_exemption *e)
{
	return r->report.parsed && capgate_exemption_matches(e, &r->spec, &r->policy.scene) &&
	       !capgate_exemption_expired(e, r->policy.scene.now);
}

/* "exemption EX-17 (CNI agent; netops; until 2027-03-31): NET_ADMIN" */
static void put_exemption(const struct audit_result *r, const struct capgate_exemption *e,
			  struct capgate_out *out)
{
	capgate_set gives = capgate_set_and(r->report.exempt, e->allow);

	if (!audit_in_force(r, e) || capgate_set_empty(gives))
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

void audit_justify(const struct audit_result *r, struct words *w)
{
	const capgate_set has = capgate_set_or(r->asked, r->held);
	const struct capgate_policy *p = &r->policy;
	const struct capgate_profile *profile = capgate_profile_find(p->profile);
	capgate_set by_profile = capgate_set_and(
		has, capgate_set_and(p->allowed, profile ? profile->caps : (capgate_set){0}));
	capgate_set by_list = capgate_set_minus(capgate_set_and(has, p->allowed), by_profile);
	capgate_set none = capgate_set_minus(capgate_set_minus(has, p->allowed), r->report.exempt);

	words_begin(w);
	if (!capgate_set_empty(by_profile)) {
		capgate_out_format(&w->out, "profile %.*s: ", (int)p->profile.len, p->profile.p);
		capgate_out_set(&w->out, by_profile, " ");
	}
	if (!capgate_set_empty(by_list)) {
		capgate_out_string(&w->out, w->out.len ? "; allowed by the policy's list: "
						       : "allowed by the policy's list: ");
		capgate_out_set(&w->out, by_list, " ");
	}
	for (size_t i = 0; i < p->n_exemptions; i++)
		put_exemption(r, &p->exemptions[i], &w->out);
	if (!capgate_set_empty(none)) {
		capgate_out_string(&w->out, w->out.len ? "; NONE for: " : "NONE for: ");
		capgate_out_set(&w->out, none, " ");
	}
	if (w->out.len == 0)
		capgate_out_string(&w->out, "none needed");
}
