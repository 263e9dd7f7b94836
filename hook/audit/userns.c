/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Can a process of the container make a user namespace?  The specification names the filter
 * under which it should run, and the kernel shows whether it runs under one.  A process that
 * entered without the engine has none, and a runtime that was built without seccomp installs
 * none.
 */
#include "audit.h"

bool audit_is_unfiltered(const struct audit_process *p)
{
	return p->seccomp == PROCSETS_SECCOMP_NONE || p->seccomp == PROCSETS_SECCOMP_UNKNOWN;
}

const char *audit_seccomp_name(enum procsets_seccomp seccomp)
{
	static const char *const names[] = {
		[PROCSETS_SECCOMP_NONE] = "none",
		[PROCSETS_SECCOMP_STRICT] = "strict",
		[PROCSETS_SECCOMP_FILTER] = "filter",
		[PROCSETS_SECCOMP_UNKNOWN] = "unknown",
	};

	return names[seccomp];
}

struct audit_userns audit_userns_of(const struct audit_result *r, bool host_forbids)
{
	const capgate_set has = capgate_set_or(r->asked, r->held);
	struct audit_userns u = {.host_forbids = host_forbids};

	for (size_t i = 0; i < r->n_members; i++)
		u.unfiltered += audit_is_unfiltered(r->member[i].process);
	if (!r->report.parsed)
		return u;
	u.filter_blocks = capgate_seccomp_blocks_userns(&r->spec);
	/* A process with SYS_RESOURCE can raise the host's limit (namespaces(7)). */
	u.open = !(host_forbids && !capgate_set_has(has, CAPGATE_CAP_SYS_RESOURCE)) &&
		 !(u.filter_blocks && u.unfiltered == 0);
	/* A specification that was made from Docker's store lacks Docker's own profile. */
	u.unknown = r->container->stored && !r->container->bundle[0] && u.filter_blocks &&
		    !u.open && !host_forbids;
	return u;
}

bool audit_userns_fails(const struct audit_result *r)
{
	return r->userns.open && r->report.user_namespaces == CAPGATE_USERNS_DENY;
}

void audit_userns_words(const struct audit_result *r, struct words *words)
{
	const struct audit_userns *u = &r->userns;
	struct capgate_out *out = words_begin(words);

	if (u->unknown) {
		capgate_out_string(
			out, "not known: Docker adds a seccomp profile when the container starts");
		return;
	}
	if (!u->open) {
		capgate_out_string(out, u->filter_blocks && u->unfiltered == 0
						? "none can be made: the seccomp filter denies it"
						: "none can be made: user.max_user_namespaces of "
						  "the host is 0");
		return;
	}
	capgate_out_string(out, r->running ? "can be made, with every capability inside: "
					   : "could be made, with every capability inside: ");
	if (r->spec.seccomp.presence != CAPGATE_PRESENT)
		capgate_out_string(out, "the specification has no seccomp profile");
	else if (!u->filter_blocks)
		capgate_out_string(out, "the specification's seccomp profile allows it");
	else
		capgate_out_format(out, "%zu of %zu processes run without a filter (Seccomp: 0)",
				   u->unfiltered, r->n_members);
}
