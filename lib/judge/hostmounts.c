/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Without a mount namespace in linux.namespaces, runc and crun mount everything that a
 * configuration lists in their own namespace, below root.path, and leave it there even if the
 * start fails.  With the root /etc, a file of the author's can cover /etc/capgate.  With the
 * root /proc, it can cover cap_last_cap for everybody who reads the host's, such as crun.
 */
#include "hostmounts.h"

#include "lib/base/base.h"

/* A new procfs on a directory "proc" covers nothing important. */
static bool is_new_proc(const struct capgate_mount *m)
{
	return capgate_text_is(m->destination, "/proc") && capgate_text_is(m->type, "proc") &&
	       !m->bind;
}

int capgate_find_host_mounts(const struct capgate_spec *spec, struct capgate_findings *findings)
{
	if (capgate_spec_namespace(spec, "mount"))
		return 0;
	for (size_t i = 0; i < spec->n_mounts; i++)
		if (!is_new_proc(&spec->mounts[i]))
			return capgate_findings_add_about(findings, CAPGATE_RULE_HOST_MOUNTS,
							  spec->mounts[i].at,
							  spec->mounts[i].destination);
	/* crun also mounts over masked paths. */
	return spec->n_masked ? capgate_findings_add_about(findings, CAPGATE_RULE_HOST_MOUNTS,
							   spec->masked[0].at, spec->masked[0].path)
			      : 0;
}
