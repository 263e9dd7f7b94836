/* SPDX-License-Identifier: Apache-2.0 */
/* Combines a user's own policy with the system's: for each field, whatever allows less or
 * enforces more. */
#include "capgate.h"

/* Takes a field from the user's file, and marks it as theirs. */
static void take_wish(struct capgate_policy *p, const struct capgate_policy *wish,
		      enum capgate_policy_field field)
{
	p->from[field] = wish->from[field];
}

void capgate_policy_tighten(const struct capgate_policy *system, const struct capgate_policy *wish,
			    struct capgate_policy *ret)
{
	struct capgate_policy p = *system;
	capgate_set more = capgate_set_minus(wish->deny, system->deny);

	p.allowed = capgate_set_minus(capgate_set_and(system->allowed, wish->allowed), wish->deny);
	/* The system's exemptions do not give what the user's file denies. */
	p.exempt_most = capgate_set_minus(system->exempt_most, wish->deny);
	p.deny = capgate_set_or(system->deny, wish->deny);
	for (int c = -1; (c = capgate_set_next(more, c + 1)) >= 0 && c < CAPGATE_NCAPS;)
		p.deny_from[c] = wish->deny_from[c];
	if (system->mode == CAPGATE_AUDIT && wish->mode == CAPGATE_ENFORCE) {
		p.mode = wish->mode;
		take_wish(&p, wish, CAPGATE_FIELD_MODE);
	}
	if (system->action == CAPGATE_REWRITE && wish->action == CAPGATE_REJECT) {
		p.action = wish->action;
		take_wish(&p, wish, CAPGATE_FIELD_ACTION);
	}
	if (!system->require_no_new_privileges && wish->require_no_new_privileges) {
		p.require_no_new_privileges = true;
		take_wish(&p, wish, CAPGATE_FIELD_NO_NEW_PRIVILEGES);
	}
	if (wish->user_namespaces < system->user_namespaces) {
		p.user_namespaces = wish->user_namespaces;
		take_wish(&p, wish, CAPGATE_FIELD_USER_NAMESPACES);
	}
	p.ceiling_keep = capgate_set_and(system->ceiling_keep, wish->ceiling_keep);
	if (system->ceiling_off && !wish->ceiling_off) {
		p.ceiling_off = false;
		take_wish(&p, wish, CAPGATE_FIELD_CEILING);
	}
	if (wish->max_bytes < p.max_bytes) {
		p.max_bytes = wish->max_bytes;
		take_wish(&p, wish, CAPGATE_FIELD_LIMIT_BYTES);
	}
	if (!system->log_required && wish->log_required) {
		p.log_required = true;
		take_wish(&p, wish, CAPGATE_FIELD_LOG_REQUIRED);
	}
	p.source = wish->source;
	p.sources = wish->sources;
	p.n_sources = wish->n_sources;
	p.sources_room = wish->sources_room;
	*ret = p;
}
