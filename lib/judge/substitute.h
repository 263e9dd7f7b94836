/* SPDX-License-Identifier: Apache-2.0 */
/* Which sysctls take the place of what a rewrite removes. */
#ifndef CAPGATE_SUBSTITUTE_H
#define CAPGATE_SUBSTITUTE_H

#include "capgate.h"

/* Fills in report->substitutes from report->removed: the sysctls that are set, and those
 * that are not, with the reason.  Never a reason to refuse. */
void capgate_substitutes(const struct capgate_spec *spec, const struct capgate_policy *policy,
			 struct capgate_report *report);

/* The member of linux.sysctl of that name ("net.ipv4.x"), in whichever spelling
 * the kernel takes; or NULL. */
const struct capgate_pair *capgate_sysctl_find(const struct capgate_spec *spec, const char *sysctl);

#endif
